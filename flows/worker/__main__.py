"""`python -m flows.worker`: work on the forms' pool until it is killed. What still runs then is left to `cuibao up`."""

import asyncio

from cuibao.up.settings import FORMS
from flows.worker.forks import prepare
from flows.worker.forms import FormsWorker

if __name__ == "__main__":
    prepare()
    # `cuibao up` makes the pool: one that Prefect made by itself would let a run choose what it is.
    asyncio.run(FormsWorker(FORMS.name, name=FORMS.worker, limit=FORMS.limit, create_pool_if_not_found=False).start())
