"use strict";
// Makes or uses a passkey. The answer goes into a hidden field of the form, which sends itself.
{
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = (list) => (list || []).map((key) => ({ ...key, id: bytes(key.id) }));
  const form = document.getElementById("passkey-form");
  const button = form.querySelector("button");
  const asked = JSON.parse(form.dataset.request);
  const make = asked.rp !== undefined;
  asked.challenge = bytes(asked.challenge);
  if (make) {
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = keys(asked.excludeCredentials);
  } else {
    asked.allowCredentials = keys(asked.allowCredentials);
  }
  if (window.PublicKeyCredential) {
    form.hidden = false;
  } else {
    document.getElementById("no-passkey").hidden = false;
  }
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const made = await (make ? navigator.credentials.create({ publicKey: asked }) : navigator.credentials.get({ publicKey: asked }));
      const said = { id: made.id, rawId: text(made.rawId), type: made.type, response: {}, clientExtensionResults: {} };
      for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
        if (made.response[name]) said.response[name] = text(made.response[name]);
      }
      form.elements.passkey.value = JSON.stringify(said);
      form.submit();
    } catch {
      button.disabled = false;
      document.getElementById("passkey-failed").hidden = false;
    }
  });
}
