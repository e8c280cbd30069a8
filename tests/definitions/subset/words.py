"""The allowed constructs: nodes of the syntax tree with their parts, functions and types. All else is refused.

Each was run on DuckDB 2.0 and Spark 4.3 (ANSI, UTC) with the same result. An addition needs the same.
"""

_UNARY, _BINARY = "this", "this expression"

NODES = {
    # a query and its clauses
    "Select": "expressions from_ joins where group having with_ distinct",
    "Union": "this expression distinct with_",
    "With": "expressions", "CTE": "this alias", "Subquery": "this alias", "TableAlias": "this", "Table": "this alias",
    "From": _UNARY, "Join": "this on side kind", "Where": _UNARY, "Having": _UNARY, "Group": "expressions",
    "GroupingSets": "expressions", "Tuple": "expressions", "Distinct": "expressions", "Alias": "this alias",
    "Window": "this partition_by order over", "Order": "expressions", "Ordered": "this desc",
    # what an expression is built of
    "Identifier": _UNARY, "Column": "this table", "Literal": "this is_string", "Null": "", "Boolean": _UNARY, "Star": "",
    "Placeholder": _UNARY, "Paren": _UNARY, "Case": "this ifs default", "If": "this true",
    "Cast": "this to", "DataType": "this expressions", "DataTypeParam": _UNARY,
    "And": _BINARY, "Or": _BINARY, "Not": _UNARY, "Is": _BINARY, "NullSafeEQ": _BINARY, "Exists": _UNARY,
    "EQ": _BINARY, "NEQ": _BINARY, "GT": _BINARY, "GTE": _BINARY, "LT": _BINARY, "LTE": _BINARY,
    "Between": "this low high", "In": "this expressions query",
    "Add": _BINARY, "Sub": _BINARY, "Mul": _BINARY, "Div": _BINARY, "Neg": _UNARY, "DPipe": "this expression safe",
    # functions
    "Abs": _UNARY, "Floor": _UNARY, "Ceil": _UNARY, "Sqrt": _UNARY, "Coalesce": "this expressions", "Nullif": _BINARY,
    "Greatest": "this expressions ignore_nulls", "Least": "this expressions ignore_nulls", "Length": _UNARY,
    "Substring": "this start length", "Pad": "this expression fill_pattern is_left", "Year": _UNARY, "Month": _UNARY,
    "Count": "this big_int", "Sum": _UNARY, "Min": _UNARY, "Max": _UNARY, "LogicalAnd": _UNARY,
    "Grouping": "expressions", "RowNumber": "",
}  # fmt: skip

FUNCTIONS = (
    "abs", "bool_and", "cast", "ceil", "coalesce", "count", "exists", "floor", "greatest", "grouping", "least", "length",
    "lpad", "max", "min", "month", "nullif", "row_number", "sqrt", "substr", "sum", "year",
)  # fmt: skip

TYPES = ("BIGINT", "BOOLEAN", "DATE", "DECIMAL", "DOUBLE", "INTEGER", "SMALLINT", "STRING")

# Words that a bracket may follow without being functions.
KEYWORDS = (
    "all", "and", "any", "as", "between", "by", "case", "columns", "cube", "distinct", "else", "exclude", "except", "filter", "for",
    "from", "group", "having", "in", "intersect", "interval", "is", "join", "like", "materialized", "not", "on", "or",
    "over", "pivot", "replace", "rollup", "select", "sets", "then", "union", "unpivot", "using", "values", "when", "where",
)  # fmt: skip

# What a function that is not in the subset is written as.
INSTEAD = (
    (r"round|trunc|truncate", "leave the figure as it is: the publisher rounds"),
    (r"date_?(diff|sub|trunc|part|add)|datediff|months_between|last_day|make_date|to_\w*months?|age|extract",
     "count in months, year * 12 + month, or use the day as a parameter"),
    (r"day\w*|week\w*|quarter|strftime|date_format|current_date|today|now|getdate",
     "use the day or its name as a parameter"),
    (r"percentile\w*|quantile\w*|median|mode|approx\w*", "rank in a window and select the row of that rank"),
    (r"first\w*|last\w*|any_value|arbitrary|(arg_)?(max|min)_?by|arg_m(ax|in)",
     "rank with row_number() in a subquery and select position 1"),
    (r"list\w*|array\w*|unnest|explode|string_agg|group_concat|listagg|struct\w*|map\w*|range|generate_series|string_split\w*",
     "keep one row per value"),
    (r"regexp\w*|like|similar\w*", "compare with substr() and length()"),
    (r"try_cast|safe_cast|try_\w+", "CAST what the schema has already checked"),
    (r"avg|mean|stddev\w*|var\w*|corr|skewness|kurtosis", "write it out of sum() and count(), cast"),
    (r"concat\w*", "||, which is NULL where a part is NULL, in both engines"),
    (r"if|iff|ifnull|nvl|isnull|decode", "CASE or coalesce()"),
    (r"read_\w+|parquet_scan", "name the table: the stage registers its files"),
    (r"grouping_id|rollup|cube", "GROUPING() of one column; GROUPING SETS written out"),
    (r"substring|mid", "substr()"),
    (r"ceiling", "ceil()"),
)  # fmt: skip
