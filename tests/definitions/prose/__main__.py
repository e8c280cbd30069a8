"""The command: list the findings below some paths, or lower the ceilings to the counts of today."""

import re
import sys

from tests.definitions.prose.rules import CONFIGURATION, LIST, counts, findings


def main(arguments: list[str]) -> int:
    """List, or with `--lower` write; 1 where something was found."""
    found = findings(*(path for path in arguments if path != "--lower"))
    if "--lower" not in arguments:
        sys.stdout.writelines(f"{finding}\n" for finding in found)
        return int(bool(found))
    text, today = LIST.read_text(encoding="utf-8"), counts(found)
    for name, ceiling in CONFIGURATION["ceilings"].items():
        least = min(today[name], ceiling)
        text = re.sub(
            rf'^"{re.escape(name)}" = \d+\n', f'"{name}" = {least}\n' if least else "", text, flags=re.MULTILINE
        )
    LIST.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
