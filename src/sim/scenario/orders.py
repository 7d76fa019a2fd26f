"""Orders, the choices of a scenario: who was to do what, where and when. No order names its outcome."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, model_validator

from sim.scenario.quantities import FractionQuantity, NonNegativeQuantity, PeriodQuantity, Quantity
from sim.types import ClaimId, EndTime, ForceId, OrderId, PlaceId, SideId, StartTime, StrictModel, Text, Window


class Precondition(StrictModel):
    """What must hold when the order's moment comes."""

    place: PlaceId
    held_by: SideId
    at_least: Annotated[float, Field(gt=0, le=1)] = 0.5


class Order(StrictModel):
    """What all orders share; `decided` is the reason for what was chosen where the text is silent."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["based_on"]}, {"required": ["rationale"]}]})

    side: SideId
    target: PlaceId
    based_on: tuple[ClaimId, ...] = ()
    rationale: Text | None = None
    cancelled: bool = False  # it is never given: for what-ifs, and for what only free commanders do
    simulated_commander: bool = False  # a commander's who decides for himself: never part of a replay

    @model_validator(mode="after")
    def check_origin(self) -> "Order":
        """Refuse an order that comes from nowhere."""
        if not self.based_on and self.rationale is None:
            raise ValueError("an order needs based_on (claims) or rationale (a reason)")
        return self


class Following(StrictModel):
    """What an order waits for: another order, and what comes of it.

    `ended` is that it was carried out, whatever came of it; `taken` that its goal was taken or held already; `repelled`
    that it was not; `dropped` that it was never carried out.
    """

    order: OrderId
    event: Literal["ended", "taken", "repelled", "dropped"] = "ended"
    delay_hours: NonNegativeQuantity | None = None


class ScheduledOrder(Order):
    """An order whose moment is drawn from the window that the text allows.

    With `after` it is not given before something came of another order, and is dropped if that has not come about by
    the end of the window and `wait_hours`. With `wait_hours` it waits so long after its moment for what hinders it:
    forces in other use, a way that is closed, `requires`, an enemy who is not there; else `requires` is looked at once.
    """

    window: Window
    requires: Precondition | None = None
    after: Following | None = None
    wait_hours: NonNegativeQuantity | None = None


Fallback = Literal["hold", "redirect", "cancel"]


class Attack(ScheduledOrder):
    """Forces march to a place and fight for it; a counterattack is an attack on what was lost."""

    kind: Literal["attack", "counterattack"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]
    axis: tuple[PlaceId, ...] = ()  # where it goes next if the target needs no attack or can't be reached
    on_already_held: Fallback = "cancel"
    on_unreachable: Literal["redirect", "cancel"] = "cancel"
    on_spent: Literal["hold", "cancel"] = "cancel"
    on_repelled: Literal["fall_back", "hold"] = "fall_back"
    daylight_only: bool = False
    within_hours: NonNegativeQuantity | None = None  # ends by then; the prior `assault_hours` if not given
    press_on_days: NonNegativeQuantity | None = None  # tried again so long; the prior of that name if not given
    window_marks: Literal["order", "assault"] = "order"  # when it is ordered, or when its assault begins


class Withdrawal(ScheduledOrder):
    """Forces leave where they are for the target; with `break_out` also where no way is open, at a loss."""

    kind: Literal["withdraw"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]
    break_out: bool = False


class Departure(ScheduledOrder):
    """Forces go to the target, and leave the battle from there."""

    kind: Literal["leave"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]


class Infiltration(ScheduledOrder):
    """Forces slip into the target, which the enemy holds, without an assault on its lines; some are found there.

    Then they lose what a force loses that is cut off and routed, and the rest gets away.
    """

    kind: Literal["infiltrate"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]
    gets_through: FractionQuantity  # chance that they are not found; a prior, or an assumption


class Detachment(ScheduledOrder):
    """A share of a force's people, at the target, become a force of their own, which was not there before."""

    kind: Literal["detach"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1, max_length=1)]
    into: ForceId
    share: FractionQuantity


class SurrenderDemand(ScheduledOrder):
    """The garrison of the target is asked to surrender; the log odds that it does are the sum of four numbers.

    `log_odds` is for a garrison that is whole, supplied and free to go; the others are added in proportion to the share
    of it that is lost and that is without supplies, and if it is surrounded. They are priors, or assumptions.
    """

    kind: Literal["surrender_demand"]
    terms: Literal["lay_down_arms", "free_passage"] = "lay_down_arms"
    log_odds: Quantity
    per_share_lost: Quantity
    if_surrounded: Quantity
    per_unsupplied: Quantity


class Reinforcement(ScheduledOrder):
    """Forces come into the battle at the target, or move there to strengthen it."""

    kind: Literal["reinforce"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]


class FireSupport(ScheduledOrder):
    """Air strikes or shelling: sorties or fire missions spread over some hours."""

    kind: Literal["airstrike", "shelling"]
    sorties: NonNegativeQuantity
    duration_hours: NonNegativeQuantity
    alternative_targets: tuple[PlaceId, ...] = ()  # where they go if no enemy is at the target
    every_hours: PeriodQuantity | None = None  # for free commanders: again so long after the last of them
    shot_down: FractionQuantity | None = None  # chance that a sortie is lost before it strikes; none, if not given


class VehicleBomb(ScheduledOrder):
    """A vehicle bomb; whether it is stopped, falls short or reaches its target is drawn from historical frequencies."""

    kind: Literal["vehicle_bomb"]
    outcome: Literal["random", "on_target", "short", "stopped"] = "random"  # for what-ifs: decided instead of drawn


class Ambush(ScheduledOrder):
    """Forces lie in wait for the enemy at the target or beside it."""

    kind: Literal["ambush"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]


class Reserve(Order):
    """Forces that go where their side's line gives way: one documented rule a side, its numbers are priors."""

    kind: Literal["reserve"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]
    covered_places: Annotated[tuple[PlaceId, ...], Field(min_length=1)]
    available_from: StartTime | None = None
    until: EndTime | None = None


class CommanderRule(ScheduledOrder):
    """A commander who decides for himself, by one fixed rule that seeks nothing better than the next place.

    From a moment in the window on, and again so many hours after each decision or fight, he attacks with those of
    his forces that are free: the nearest place on the way to the target that is not wholly his side's (or, for one who
    restores, that was at first), where they have the odds; otherwise they stay.
    """

    kind: Literal["command"]
    forces: Annotated[tuple[ForceId, ...], Field(min_length=1)]
    aim: Literal["advance", "restore"]
    min_force_ratio: NonNegativeQuantity  # his free people for each of the enemy there, below which he does not attack
    every_hours: PeriodQuantity


ASSAULT_OUTCOMES = ("launched", "taken", "thrown_back", "void")
# The outcomes that a claim can tell of an order, by its kind: of any other kind it could never hold.
OUTCOMES_BY_ORDER_KIND = {
    "attack": ASSAULT_OUTCOMES,
    "counterattack": ASSAULT_OUTCOMES,
    "reserve": ASSAULT_OUTCOMES,
    "command": ASSAULT_OUTCOMES,
    "withdraw": ("void",),
    "leave": ("void",),
    "detach": ("void",),
    "infiltrate": ("infiltrated", "found", "void"),
    "surrender_demand": ("surrendered", "refused", "void"),
    "reinforce": ("void",),
    "airstrike": ("void",),
    "shelling": ("void",),
    "vehicle_bomb": ("on_target", "short", "stopped", "not_on_target", "void"),
    "ambush": ("sprung", "void"),
}

AnyOrder = Annotated[
    Attack
    | Withdrawal
    | Departure
    | Detachment
    | Infiltration
    | SurrenderDemand
    | Reinforcement
    | FireSupport
    | VehicleBomb
    | Ambush
    | Reserve
    | CommanderRule,
    Field(discriminator="kind"),
]
