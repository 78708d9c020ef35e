"""Take what phones have sealed. No cookie, no session: only a round's link and a random token."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import RequestEntityTooLarge

from survey.errors import (
    BadEncodingError,
    ForeignPageError,
    NonceSpentError,
    ParcelError,
    StorageError,
    WaveClosedError,
    WaveNotOpenError,
    WaveUnknownError,
)
from survey.forms import read_body
from survey.operations.placing import Receipt
from survey.policy import Audience, open_to
from survey.site import site, today
from survey.sync.parcels import read_sent
from survey.sync.receiving import keep

blueprint = Blueprint("sync", __name__)

#: What a phone is told, and whether to keep its parcel, is decided by the status alone.
_REFUSALS: dict[type[Exception], tuple[int, str]] = {
    WaveUnknownError: (404, "no round has this link; check it"),
    ForeignPageError: (403, "this was sent by a page of another site; send it from ours"),
    WaveNotOpenError: (403, "the round is not open yet; keep the answers and send them later"),
    NonceSpentError: (409, "other answers were received under this token; they are kept"),
    WaveClosedError: (410, "the round is over and takes no more answers"),
    RequestEntityTooLarge: (413, "this is more than one response; send each on its own"),
    StorageError: (503, "nothing was stored; keep the answers and send them again"),
    DBAPIError: (503, "nothing was stored; keep the answers and send them again"),
    PoolTimeoutError: (503, "nothing was stored; keep the answers and send them again"),
}


@blueprint.post("/sync/responses")
@open_to(Audience.PARTICIPANT)
def receive() -> tuple[Response, int]:
    """Keep one sealed response, and say so only once it is on disk."""
    if request.mimetype != "application/json":
        raise ParcelError("the body must be application/json")
    sent = read_sent(read_body(request))
    receipt = keep(site().arrivals, sent, site().settings.lasting_key(), today())
    return jsonify(status=receipt), 201 if receipt is Receipt.STORED else 200


@blueprint.errorhandler(ParcelError)
def _unfit(error: Exception) -> tuple[Response, int]:
    return jsonify(error=str(error)), 422


def _refuse(status: int, words: str) -> tuple[Response, int]:
    return jsonify(error=words), status


@blueprint.errorhandler(BadEncodingError)
def _broken(_error: Exception) -> tuple[Response, int]:
    return _refuse(422, "the body did not arrive as a whole; send it again")


for _kind, _refusal in _REFUSALS.items():
    blueprint.register_error_handler(_kind, lambda _error, refusal=_refusal: _refuse(*refusal))
