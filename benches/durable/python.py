"""Runs steps of another durable executor: `python.py dbos|joblib steps|skip DIRECTORY NUMBER`.

Prints a line per step: its figure, a tab, and nanoseconds.
"""

import os
import sys
import time

FRAMEWORK, FIGURE, DIRECTORY, NUMBER = sys.argv[1:4] + [int(sys.argv[4])]


def report(times):
    sys.stdout.write("".join(f"{FIGURE}\t{time}\n" for time in times))
    sys.stdout.flush()


def timed(call):
    begin = time.perf_counter_ns()
    call()
    return time.perf_counter_ns() - begin


def with_joblib():
    import joblib

    memory = joblib.Memory(DIRECTORY, verbose=0)

    @memory.cache
    def item(n):
        return n

    report([timed(lambda: item(n)) for n in range(NUMBER)])


def with_dbos():
    from dbos import DBOS, SetWorkflowID

    database = f"sqlite:///{os.path.join(DIRECTORY, 'dbos.sqlite')}"
    DBOS(config={
        "name": "bench",
        "application_version": "1",
        "system_database_url": database,
        "log_level": "ERROR",
        "run_admin_server": False,
    })

    @DBOS.step()
    def item(n):
        return n

    @DBOS.workflow()
    def items():
        report([timed(lambda: item(n)) for n in range(NUMBER)])
        # A workflow that ended is not run again, one whose process vanished is.
        os._exit(0)

    DBOS.launch()
    # The one that was recovered on the way is the one that is asked for.
    with SetWorkflowID("items"):
        handle = DBOS.start_workflow(items)
    handle.get_result()


{"joblib": with_joblib, "dbos": with_dbos}[FRAMEWORK]()
