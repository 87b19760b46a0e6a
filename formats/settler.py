"""Keeps how each question was settled: by looking, or by a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from formats.errors import FormatError
from formats.format import Answers, Guess

AS_TOLD = "as told"


def told(question: str, assume: Answers) -> Guess | None:
    """What a person said, or None where nobody did."""
    return Guess(question, assume[question], AS_TOLD) if question in assume else None


@dataclass
class Settler:
    """Settles questions one after the other.

    Attributes:
        path: What they are about.
        assume: What a person said.
        guesses: How each was settled.
    """

    path: Path
    assume: Answers
    guesses: list[Guess] = field(default_factory=list)

    def settle(self, question: str, answer: str, why: str, *, is_sure: bool = True) -> str:
        """A person's answer, or else what was found by looking."""
        guess = told(question, self.assume) or Guess(question, answer, why, is_sure)
        self.guesses.append(guess)
        return guess.answer

    def number(self, question: str, answer: float, why: str, *, is_sure: bool = True) -> float:
        """As ``settle``, of a number above zero.

        Raises:
            FormatError: The person's answer is none.
        """
        text = self.settle(question, f"{answer:.9g}", why, is_sure=is_sure)
        try:
            number = float(text)
        except ValueError:
            number = 0.0
        if not 0 < number < 1e12:
            raise FormatError(self.path, f"expected a number above zero as {question}, found {text[:40]!r}")
        return number
