"""Sign-in by OpenID Connect, seen from the service (the relying party).

`providers` what is configured · `keys` our own key · `discovery` what a provider says of itself ·
`flow` there and back · `tokens` whether an ID token holds · `pending` who is on their way ·
`people` whom the claims are about · `leaving` signing out there too · `trouble` what can go wrong.
"""
