import pytest

from tests.zoomlink.simulator.process import SimulatorProcess
from tests.zoomlink.simulator.receiver import receiving

SECRET = "hook-secret"


@pytest.fixture(scope="session")
def running_simulator(tmp_path_factory):
    process = SimulatorProcess(tmp_path_factory.mktemp("zoom") / "state.sqlite3").start()
    yield process
    process.kill()


@pytest.fixture
def simulator(running_simulator):
    """A simulator as on its first day; it runs through the whole session."""
    running_simulator.control("POST", "/reset")
    return running_simulator


@pytest.fixture
def token(simulator):
    """Of the owner, who has allowed everything."""
    return simulator.connect()["access_token"]


@pytest.fixture
def receiver(simulator):
    """Listens to the events of the simulator."""
    with receiving(SECRET) as receiver:
        simulator.send_events_to(receiver.url, secret=SECRET)
        yield receiver


@pytest.fixture
def new_simulator(tmp_path):
    """A simulator of one's own, to be killed and restarted."""
    process = SimulatorProcess(tmp_path / "state.sqlite3").start()
    yield process
    process.kill()
