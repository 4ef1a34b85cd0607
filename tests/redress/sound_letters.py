"""Made-up answers of each kind that lack nothing a rule looks for."""

SOUND = {
    "foi": """\
Thank you for your request of 1 June 2026, received the same day, for the factor list of the harm-spot tool.

We hold the information. We are withholding part of it under section 31(1)(a) of the Freedom of Information Act 2000 (law enforcement), because its
release would enable offenders to learn which streets are patrolled at which hours, and so to evade detection. A redacted copy is attached.

Public interest test. In favour of disclosure: people have an interest in knowing how streets are chosen. Against: patrols would be less effective.
On balance the public interest in withholding outweighs that in disclosure.

If you are unhappy with our response you may request an internal review within 40 working days. If you remain dissatisfied you may complain to the
Information Commissioner.
""",
    "access-p3": """\
Thank you for your request of 30 June 2026 under section 45 of the Data Protection Act 2018.

Please find attached what we hold about you in the case system and the scoring tool: your band, the dates, the kinds of data that went in, and the bodies
that received it. We have restricted your access to one entry under section 45(4)(a), because in your case it names an officer's line of inquiry in a
live investigation that you are a party to. We weighed your rights and interests; the reasons have been recorded. The restriction lasts until the
inquiry ends and will be reviewed in October 2026.

You may ask the Information Commissioner to check whether this restriction is lawful (section 51), complain to the Information Commissioner (section
165), or apply to a court (section 167).
""",
    "access-gdpr": """\
We enclose all the personal data that we hold about you, including what the police gave us and what we did with it. It was passed to nobody else.
""",
    "change-p3": """\
We have corrected the two entries. We have declined to erase the third because it is needed for a case before the court. You may ask the Information
Commissioner to check this (section 51), complain to the Information Commissioner (section 165), or apply to a court (section 167).
""",
    "foisa": """\
The information is withheld in part under section 35(1)(a) of the Freedom of Information (Scotland) Act 2002, because disclosure would prejudice
substantially the prevention of crime, as offenders would learn the places. The public interest in withholding outweighs that in disclosure.
The rest is attached.
You may ask us for a review
within 40 working days, and then apply to the Scottish Information Commissioner.
""",
}
