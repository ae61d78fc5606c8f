"""Letters in words, from frozen rows. A new one: `docs/adding.md`."""

from decisions.letters.decision import decision_fragment, decision_json
from decisions.letters.letter import grouped_code, letter_data, letter_html

__all__ = ["decision_fragment", "decision_json", "grouped_code", "letter_data", "letter_html"]
