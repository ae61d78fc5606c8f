"""An identity provider of our own, for the demo and the tests: a process beside, loopback only.

It is a real OpenID provider (discovery, code flow, PKCE, `private_key_jwt`, userinfo, sign-out)
but for this: whoever comes is whom they say. `people` who can be chosen · `state` what it
remembers · `faults` what it does wrong when asked to · `tokens` what it signs · `protocol` what it
demands of the service · `server` its pages.
"""
