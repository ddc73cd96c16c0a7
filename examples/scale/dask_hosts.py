"""A sweep on a Dask cluster that is there already.

    host A$ dask scheduler --port 8786
    host B$ dask worker tcp://A:8786 --nthreads 1 --nworkers -1      # the same on every other host
    host A$ python dask_hosts.py tcp://A:8786 SWEEP.toml DATASET INTO
"""

import sys

from dask.distributed import Client

import alvh

address, sweep, dataset, into = sys.argv[1:5]
with Client(address) as client:
    found = alvh.sweep(sweep, dataset=dataset, into=into, on=client, progress=True)
print(found.folder)
