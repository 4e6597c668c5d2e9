"""Makes the exchanges of a plan, as many at once as the plan, the settings and the deployments allow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from conformance.contract.recipe import COMPLETION, Node
from conformance.run.admission import Admission
from conformance.run.cost import Order
from conformance.run.refusals import RefusedOrders, doubtful_of, refusals_of
from conformance.run.resolver import Resolver
from conformance.run.schedule import Lane, run_all
from conformance.run.windows import FIRST_AT_ONCE


@dataclass(frozen=True)
class Performing:
    """How exchanges are made.

    Attributes:
        admission: Tells how many completions of a deployment may be under way at once.
        jobs: Exchanges at once.
        limited: Gives the deployments, by their paths, that said 429 so far.
    """

    admission: Admission
    jobs: int
    limited: Callable[[], frozenset[str]] = field(default=frozenset[str])

    def perform(self, order: Order, resolver: Resolver, made: Callable[[], None] = lambda: None) -> None:
        """Make exchanges; what goes wrong is remembered for those who need them.

        Args:
            order: They, each with those that come before it.
            resolver: Makes one.
            made: Is called after each, from any thread.

        Raises:
            KeyboardInterrupt: Ctrl-C; what has not begun is not made.
        """
        refusals = refusals_of(order, resolver.book, resolver.representative)
        priced = {place for place, price in resolver.prices.items() if price.at_most}
        self.admission.plan(RefusedOrders(refusals, doubtful_of(order), priced))

        def perform(node: Node) -> None:
            resolver.perform(node)
            asked_of = node.deployment or resolver.representative
            if asked_of is not None:
                self.admission.note_end(asked_of.path, node.name)
            self.admission.note_limits(self.limited())
            made()

        run_all(order, perform, jobs=self.jobs, lane=lambda node: self._lane(node, resolver))

    def _lane(self, node: Node, resolver: Resolver) -> Lane | None:
        recipe = resolver.book[node.recipe]
        if recipe.refused_by_core and not (node.case is not None and node.case.spared):
            # nothing waits for them but what should be refused: they must not take the places of completions, after
            # which much more is left
            return Lane("refused by Core", FIRST_AT_ONCE)
        if node.deployment is None or not (recipe.cost is COMPLETION or recipe.refused):
            return None
        # The admission would let too many wait, and let them pass in the order in which threads come to it. The
        # schedule decides in one thread, in the order of the plan: so the same answers lead to the same requests,
        # whichever thread is the faster
        jobs = self.admission.at_once(recipe, node.deployment.path, node.case, node.name)
        return Lane((node.deployment.id, recipe.refused), jobs)
