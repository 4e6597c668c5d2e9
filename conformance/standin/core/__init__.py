"""The gateway: what DIAL Core itself answers, and the ways to the deployments behind it."""
