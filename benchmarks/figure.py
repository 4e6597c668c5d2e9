"""What a benchmark gives: a figure with its bound."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: What was measured.
        value: The figure.
        bound: What it must not exceed.
        exact: It must be the bound.
        detail: What it was made of.
    """

    name: str
    value: float
    bound: float
    exact: bool = False
    detail: str = ""

    @property
    def kept(self) -> bool:
        """The bound is kept."""
        return self.value == self.bound if self.exact else self.value <= self.bound

    @property
    def row(self) -> list[str]:
        """The figure as a row of the table."""
        value = f"{self.value:.2f}".removesuffix(".00")
        bound = f"{'exactly' if self.exact else 'at most'} {self.bound:g}"
        return [self.name, value, bound, "" if self.kept else "!", self.detail]
