"""The whole product on one machine: `make run`. Nothing in here is ever packed for the cloud.

`supervisor` holds the process tree; `gateway` plays API Gateway, `pump` the schedules and the stream,
`front` the one port that people use; `simulators/` are the outside parties.
"""
