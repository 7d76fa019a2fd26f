"""Ways in which a run can be stopped at a chosen moment, as code that a child runs first.

The moment is the so-and-so-many-th call of a function of ours, seen by Python's own tracing: nothing in the program
knows of it.
"""

SMALL = """
from sim.runs import replicate
replicate.TARGET_SECONDS = 0
"""

# What is looked at is kept apart from what is not: figures and pages take most of the time of a small job.
BARE = """
from importlib import import_module
import_module("sim.plots.registry").save_figures = lambda *given: []
from sim.report.html import render
from sim.report.pages import analysis, run, sweep, whatif
run.build_run_content = render.write_page = lambda *given: None
analysis.write_analysis_page = sweep.write_sweep_page = whatif.write_whatif_page = lambda *given: None
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
from sim.cli import job
from sim.outputs import provenance
from sim.runs import job_file
class Wrong(datetime.datetime):
    looks = 0
    @classmethod
    def now(cls, tz=None):
        Wrong.looks += 1
        return datetime.datetime.now(tz) - datetime.timedelta(hours={hours} * Wrong.looks)
for module in (job, job_file, provenance):
    module.datetime = Wrong
before = time.time
time.time = lambda: before() - 3600 * {hours}
"""
