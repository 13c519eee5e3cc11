"""The whole product on one machine. Never packed for the cloud."""
