"""Which exchanges the names of recipes and facts stand for, of a deployment and a case."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from conformance.contract.case import Case
from conformance.contract.deployment import Deployment
from conformance.contract.recipe import Node
from conformance.contract.recipe_book import RecipeBook


class Nodes:
    """Finds the nodes of one run. The same arguments give the same node, so a large plan compares them at once.

    Not for two runs: a deployment of the same name may be described otherwise there.

    Attributes:
        book: The recipes.
    """

    def __init__(self, book: RecipeBook) -> None:
        """Get ready.

        Args:
            book: The recipes.
        """
        self.book = book
        self._nodes: dict[Hashable, Node] = {}
        self._scopes = {name: (book.of_a_deployment([name]), book.of_a_case([name])) for name in book}
        self._exchange_names: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def node(self, name: str, deployment: Deployment | None, case: Case | None) -> Node:
        """Return the identity of a recipe with the arguments that it really depends on."""
        of_a_deployment, of_a_case = self._scopes[name]
        asked_of = deployment if of_a_deployment else None
        key = (name, asked_of and (asked_of.id, asked_of.kind), case.name if case and of_a_case else None)
        node = self._nodes.get(key)
        if node is None:
            node = Node(name, asked_of, case if of_a_case else None)
            self._nodes[key] = node
        return node

    def exchanges(
        self, names: Sequence[str], deployment: Deployment | None, case: Case | None, *, of_a_case: bool = False
    ) -> list[Node]:
        """Return the exchanges that the names need, dependencies first; optional needs cause none.

        Args:
            names: The names of recipes and facts.
            deployment: The deployment under test, or None.
            case: The case, or None.
            of_a_case: Only those that depend on the case.
        """
        return [self.node(one, deployment, case) for one in self._exchanges_for(tuple(names))[of_a_case]]

    def before(self, node: Node) -> list[Node]:
        """Return the exchanges that one exchange needs, dependencies first; optional needs cause none."""
        recipe = self.book[node.recipe]
        needs = tuple(name for name in recipe.dependencies if name not in recipe.optional)
        return self.exchanges(needs, node.deployment, node.case)

    def _exchanges_for(self, names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which exchanges the names need, all of them, and those that depend on the case."""
        if names not in self._exchange_names:
            found = self.book.exchanges(names)
            self._exchange_names[names] = (found, tuple(name for name in found if self._scopes[name][1]))
        return self._exchange_names[names]
