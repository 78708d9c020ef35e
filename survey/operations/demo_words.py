"""What the rounds of the demo say about themselves, in each of their languages."""

from __future__ import annotations

from typing import Any

COHESION: dict[str, dict[str, Any]] = {
    "en": {
        "title": "Living together in the municipality",
        "organisation": "The research team of a demonstration municipality. This is a demo: "
        "no place and no person in it is real.",
        "contact": "This is a demo. A real round prints a telephone number and a person here.",
        "help": [
            "Health centre: open day and night",
            "Someone to talk to: free helpline, in several languages",
            "Legal advice: Tuesdays, municipal library",
        ],
        "results": "On the notice board of your locality, in two months, and at a public meeting.",
        "next_steps": "Residents, associations and the municipality meet to read these results "
        "and to agree on what to do first.",
    },
    "ar": {
        "title": "العيش معًا في البلدية",
        "organisation": "فريق البحث في بلدية تجريبية. هذا عرض تجريبي: لا مكان فيه ولا شخص حقيقي.",
        "contact": "هذا عرض تجريبي. في الجولة الحقيقية يُطبع هنا رقم هاتف واسم شخص يمكن سؤاله.",
        "help": [
            "المركز الصحي: مفتوح ليلًا ونهارًا",
            "للحديث مع شخص يصغي إليكم: خط مساعدة مجاني بعدة لغات",
            "مشورة قانونية: أيام الثلاثاء في مكتبة البلدية",
        ],
        "results": "على لوحة الإعلانات في منطقتكم بعد شهرين، وفي اجتماع عام.",
        "next_steps": "يجتمع السكان والجمعيات والبلدية لقراءة هذه النتائج والاتفاق على ما يبدؤون به.",  # noqa: E501
    },
}

PROFILE: dict[str, dict[str, Any]] = {
    "en": COHESION["en"] | {"title": "What this municipality needs and what helps it"},
    "ar": COHESION["ar"] | {"title": "ما تحتاجه هذه البلدية وما يعينها"},
}

SUPPORT: dict[str, dict[str, Any]] = {
    "en": COHESION["en"]
    | {
        "title": "How the support works for you",
        "complaints": "This is a demo. A real round prints the hot-line for complaints here.",
    },
    "ar": COHESION["ar"]
    | {
        "title": "الدعم وأثره في حياتك",
        "complaints": "هذا عرض تجريبي. في الجولة الحقيقية يُطبع هنا الخط الساخن للشكاوى.",
    },
}

GOVERNANCE: dict[str, dict[str, Any]] = {
    "en": COHESION["en"] | {"title": "How reintegration is governed"},
    "ar": COHESION["ar"] | {"title": "كيف تُدار إعادة الإدماج"},
}

#: Stories of those whom the programme supports, each with the answer whether it may be quoted.
STORIES: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("The evening course was full of neighbours. Now two of them greet my children.", "yes"),
        ("I have work for the first time in years, and I sleep better.", "yes"),
        (
            "The paper for the school took five months. Then one call by the office was enough.",
            "yes",
        ),
        ("I tell this to you, and it is for nobody else to read.", "no"),
    ),
    "ar": (("صار لي عمل قريب من بيتي، وأعود قبل أن ينام أطفالي.", "yes"),),
}
