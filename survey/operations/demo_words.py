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
    "en": COHESION["en"] | {"title": "What this municipality needs and what helps it"}
}
