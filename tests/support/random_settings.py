"""Random settings of every command: the whole grammar of overrides, and what a call with them must end in."""

import re
from dataclasses import dataclass

from hypothesis import strategies as st

from sim import laws
from sim.cli.choices import CHOICES
from sim.cli.groups import find_config_folders, list_groups
from sim.cli.settings import Settings

# What a call begins with; the battle is a small one.
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run",),
    "run -m": ("run", "-m"),
    "whatif": ("whatif", "perturb=[no_airstrikes]"),
    "sweep": ("sweep", "factors={law: [square, linear]}"),
    "sensitivity": ("sensitivity",),
    "tipping-point": ("tipping-point", "factor=teaching/relief"),
    "calibrate": ("calibrate",),
    "forecast": ("forecast",),
    "analyse": ("analyse",),
    "compare-models": ("compare-models",),
    "sbc": ("sbc",),
    "diary": ("diary",),
    "play": ("play", "side=teal"),
    "validate": ("validate", "data=."),
}
OWN_SETTINGS = {
    "sweep": ("factors", "design", "points", "measures", "half_width", "max_runs"),
    "sensitivity": ("priors", "measures", "trajectories", "n_selected", "saltelli_n"),
    "tipping-point": ("factor", "event", "factor.high"),
    "calibrate": ("claims", "cutoff", "particles", "chunk_size", "max_simulations", "target_ess", "hm_draws"),
    "forecast": ("split", "cutoff", "mode", "particles", "max_simulations", "reporting_slope"),
    "analyse": ("posterior", "forecasts", "whatif", "readings", "sources", "page", "particles"),
    "compare-models": ("models", "claims", "cutoff", "recovery_trials", "particles"),
    "sbc": ("claims", "cutoff", "datasets", "particles"),
    "diary": ("replication",),
    "play": ("side", "other", "replication", "script", "game", "export"),
    "validate": ("data", "docs", "only"),
    "whatif": ("question", "page"),
}
PARTS = {
    "override": (
        "places",
        "claims.x",
        "ab",
        "1",
        "forces.watch.strength",
        "title",
        "priors.teal_garrison",
        "a.b.c",
        "",
    ),
    "reading": ("hill_distance", "x", "1"),
    "law_parameters": ("ratio_exponent", "x"),
    "perturb": ("no_airstrikes", "no_airstrikes.factor", "x", "x.kind"),
    "backend": ("name", "address", "x"),
    "factors": ("law", "teal_garrison", "x"),
}
GROUPS = list_groups(find_config_folders())
NAMES = sorted(
    {name for kind in CHOICES if kind.name != "figures" for name in kind.read_entries()}
    | {name for names in GROUPS.values() for name in names}
    | {*laws.list_names(), "all", "daily", "median", "prior", "posterior:x", "matched", "independent", "simpy"}
)  # fmt: skip
CHARACTERS = "aZ09_-+.,:;=/\\'\"[]{}()$%*@?|~#!&<>^` \tü中א😀\u0301"
texts = st.text(st.sampled_from(CHARACTERS), max_size=8)
numbers = st.one_of(
    st.integers(-2, 3).map(str),
    st.sampled_from(["1e3", "-0", "0x1", "1_000", "inf", "-inf", "nan", "9" * 30, "9" * 5000, "1.5", ".5", "1e400"]),
)
scalars = st.one_of(
    st.sampled_from(["null", "true", "False", "", "''", '""', "' '", "2001-06-02", "2001-06-02T12:00", "soon"]),
    numbers,
    st.sampled_from(NAMES),
    texts,
    texts.map(lambda text: repr(text)),
    st.sampled_from(["${seed}", "${oc.env:HOME}", "$\\{x\\}", "_target_", "???", "${", "{x: ???}"]),
)


def nest(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Lists, mappings, choices and calls of functions."""
    some = st.lists(inner, max_size=3)
    functions = st.sampled_from(
        [
            "choice",
            "range",
            "interval",
            "glob",
            "shuffle",
            "sort",
            "tag",
            "str",
            "int",
            "float",
            "bool",
            "json_str",
            "f",
        ]
    )
    return st.one_of(
        some.map(lambda each: f"[{','.join(each)}]"),
        st.lists(st.tuples(st.sampled_from(["a", "x.y", "kind", "law", "1", "null", ""]), inner), max_size=2).map(
            lambda pairs: f"{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
        ),
        st.tuples(functions, some).map(lambda call: f"{call[0]}({','.join(call[1])})"),
        st.lists(inner, min_size=2, max_size=3).map(",".join),
    )


values = st.recursive(scalars, nest, max_leaves=4)


@dataclass(frozen=True)
class Call:
    """A command and the settings that it is given beside its own first words."""

    command: str
    words: tuple[str, ...]

    @property
    def argv(self) -> list[str]:
        """The arguments of the call."""
        first = COMMANDS[self.command]
        given = {re.split(r"[=.@]", word.lstrip("+~"))[0] for word in self.words}
        usual = [
            word for word in (*first, "scenario=teaching") if word.partition("=")[0] not in given or "=" not in word
        ]
        return [*usual, *self.words]


def make_keys(command: str) -> st.SearchStrategy[str]:
    """Names of settings: those there are, their parts, groups, and what is none."""
    known = [*Settings.model_fields, *OWN_SETTINGS.get(command, ())]
    parts = [f"{name}.{part}" for name, those in PARTS.items() for part in those]
    odd = ["", "foo", "sede", "seed.x", "a/b", "seed@x", "@x", "hydra", "hydra.job.name", "defaults", "ü", "1", "a b"]
    return st.one_of(*(st.sampled_from(names) for names in (known, parts, sorted(GROUPS), [*known, *odd])))


# Settings that may well be sound, alone or together.
PLAUSIBLE = (
    *("seed=3", "seed=3", "runs=20", "law=linear", "law=power", "engine=simpy", "outputs=a=b", "outputs=~/ä b"),
    *("question_text=Was wäre, wenn?", "question_text='a'", "until=2001-06-02", "workers=2", "backend=loky"),
    *("backend=dask", "backend.address=tcp://127.0.0.1:1", "parameters=median", "randomness=independent"),
    *("name=x", "save_logs=1", "until=null"),
    *("perturb=[no_airstrikes]", "perturb=[no_shelling,no_reserves]", "perturb=[]", "intervene_at=2001-06-02"),
    *("+override.forces.watch.strength=20", "+override.places={}", "+override.title=Übung", "+override={places: {}}"),
    *("+reading.hill_distance=straight", "+law_parameters.ratio_exponent=0.5", "+law_parameters.firer_exponent=1"),
    *("preset=linear_law", "preset=[linear_law,medians]", "question=dec2014/no_airstrikes", "scenario=dec2014"),
    *("+override.forces.watch={strength: {value: 20, assumption: set}}", "~perturb.no_airstrikes", "+perturb.x={}"),
    *("+perturb.x={kind: sorties, order_kind: airstrike, factor: 0}", "++perturb.no_airstrikes.factor=2"),
)  # fmt: skip
OWN_PLAUSIBLE = {
    "run -m": ("seed=1,2", "seed=range(1,4)", "seed=range(1,100000000)", "law=square,linear", "seed=1,-1",
               "law=glob(*)",
               "preset=glob(*)", "seed=range(3,1)", "seed=interval(1,2)", "question_text=a,ä", "seed=1,1"),
    "sweep": ("sweep=teaching", "factors={teal_garrison: [200, 400]}", "design=latin", "points=8", "runs=auto",
              "half_width=2", "measures=[headline_1]"),
    "sensitivity": ("priors=[teal_garrison]", "saltelli_n=16", "trajectories=2", "measures=[x]"),
    "tipping-point": ("factor=teaching/strikes", "factor.high=5", "event=x"),
    "calibrate": ("claims=scored", "particles=50", "max_simulations=1000", "cutoff=2001-06-02"),
    "forecast": ("cutoff=2001-06-02", "particles=500", "cutoff=daily", "mode=given_orders"),
    "compare-models": ("models=[square,linear]", "models=reading.hill_distance", "particles=50"),
    "sbc": ("datasets=20", "particles=50"),
    "diary": ("replication=3",),
    "validate": ("only=cdb90", "docs=."),
    "whatif": ("question=dec2014/no_airstrikes", "page=x.md"),
}  # fmt: skip


@st.composite
def calls(draw: st.DrawFn, command: str) -> Call:
    """A call of a command with one to three settings, one of them perhaps twice."""
    words = []
    plausible = st.sampled_from((*PLAUSIBLE, *OWN_PLAUSIBLE.get(command, ())))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        if draw(st.booleans()):
            words.append(draw(plausible))
            continue
        sign = draw(st.sampled_from(["", "", "", "+", "+", "++", "~"]))
        equals = draw(st.sampled_from(["=", "=", "=", "=", "=", "=", " = ", ""]))
        value = draw(values) if equals else ""
        words.append(f"{sign}{draw(make_keys(command))}{equals}{value}")
    if draw(st.integers(0, 9)) == 0:
        words.append(words[0])
    return Call(command, tuple(words))


# What no message may have: names of classes and modules, and addresses of other people's help.
FOREIGN = re.compile(
    r"Traceback|Exception|Error\b|https?://|<class|omegaconf|OmegaConf|Struct|struct\b|antlr|EOF|pydantic|NoneType|expecting"
)


def list_complaints(errors: str, words: tuple[str, ...]) -> list[str]:
    """What is wrong with the messages of a refusal; nothing if they are plain."""
    lines = errors.rstrip("\n").split("\n")
    complaints = [f"no message of ours: {line!r}" for line in lines if not line.startswith("sim: ")]
    given = " ".join(words)
    complaints += [
        f"{match[0]} in a message: {line!r}"
        for line in lines
        for match in FOREIGN.finditer(line)
        if match[0] not in given
    ]
    if len(set(lines)) < len(lines):
        complaints.append(f"a message twice: {lines!r}")
    if max(map(len, lines)) > 3000:
        complaints.append("a message of more than 3,000 characters")
    return complaints
