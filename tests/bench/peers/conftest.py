"""The peers' own programs import libraries that only their environment has."""

from tests.bench.peers.roster import ROSTER

collect_ignore = [f"{peer.module}.py" for peer in ROSTER]
