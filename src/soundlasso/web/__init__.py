"""The page and its API: the same engine and models as the command line, in a browser.

`app` makes the Flask application; `api` is what programs call and `pages` what people see;
`problems` and `guard` are what both refuse and how. `prober` looks at an upload in a process
of its own before it becomes a job. `store` remembers jobs, `jobs` hands them out in order
through huey, `worker` is the process that works on them with one model in memory, and
`performer` what it does: separate, then draw (`picture`). `retention` removes what is old,
`server` runs all of it. Nothing here imports torch but what the worker runs.
"""
