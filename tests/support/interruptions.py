"""Ways in which a run can be stopped at a chosen moment, as code that a child runs first.

The moment is the so-and-so-many-th call of a function of ours, seen by Python's own tracing: nothing in the program
knows of it.
"""

SMALL = """
from sim.experiment import replicate
replicate.HALF_A_SECOND = 0
"""

# What is looked at is kept apart from what is not: figures and pages take most of the time of a small job.
BARE = """
from importlib import import_module
import_module("sim.plots").save_all = lambda *given: []
names = "calibration findings forecast rehearsal reversal rivals sensitivity sweep whatif"
for name in names.split():
    import_module("sim.plots." + name).save_all = lambda *given: []
from sim.cli import page, page_found, page_sweep, page_whatif
from sim.report.html import page as html
page.matter_of = html.write_page = page_found.write = page_sweep.write = page_whatif.write = lambda *given: None
"""

# Stops at the call numbered `number` (from 0) of a function of ours, with or without its module, or of any of ours if
# `function` is "".
AT_CALL = """
import os, signal, sys
seen = 0
def stop(frame, event, argument):
    global seen
    code = frame.f_code
    name = code.co_filename.rsplit("/", 1)[-1].removesuffix("py") + code.co_qualname
    named = ("." + name).endswith("." + {function!r}) or not {function!r}
    if event == "call" and named and {package!r} in code.co_filename:
        seen += 1
        if seen == {number} + 1:
            sys.setprofile(None)
            os.kill(os.getpid(), signal.{how})
sys.setprofile(stop)
"""

# Counts those calls, and says how many there were.
COUNT_CALLS = """
import atexit, os, sys
seen = 0
def count(frame, event, argument):
    global seen
    if event == "call" and {package!r} in frame.f_code.co_filename:
        seen += 1
sys.setprofile(count)
leave = os._exit
from sim.cli import main as entry
def tell(code, exit=sys.exit):
    sys.setprofile(None)
    print("CALLS", seen, file=sys.stderr)
    exit(code)
entry.sys.exit = tell
"""

# No file may grow beyond so many bytes: what a full disk is, to a program.
NO_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
"""

# The clock of the machine is set back by some hours after the first look at it.
CLOCK_SET_BACK = """
import datetime, time
from sim.cli import folder
from sim.experiment import ledger, provenance
class Wrong(datetime.datetime):
    looks = 0
    @classmethod
    def now(cls, tz=None):
        Wrong.looks += 1
        return datetime.datetime.now(tz) - datetime.timedelta(hours={hours} * Wrong.looks)
for module in (folder, ledger, provenance):
    module.datetime = Wrong
before = time.time
time.time = lambda: before() - 3600 * {hours}
"""
