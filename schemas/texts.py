"""Texts in the two languages of the product.

Belongs here: the type of a text that people read in either language, and the names of the languages. Not here: any text; it is
declared beside what it describes.
"""

from dataclasses import dataclass

LANGUAGES = ("en", "id")


@dataclass(frozen=True)
class Text:
    """A text in English and in Bahasa Indonesia. Both may have the same placeholders, `{name}`."""

    en: str
    id: str

    def to(self, language: str) -> str:
        """The text in one of `LANGUAGES`. Raises KeyError for another language."""
        return {"en": self.en, "id": self.id}[language]

    def filled(self, **details: "str | int | Text") -> "Text":
        """The text with values in its placeholders; a value may itself be a text in both languages."""
        return Text(*(_fill(self.to(language), language, details) for language in LANGUAGES))


def _fill(template: str, language: str, details: "dict[str, str | int | Text]") -> str:
    return template.format_map(
        {name: value.to(language) if isinstance(value, Text) else value for name, value in details.items()}
    )
