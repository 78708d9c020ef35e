/** The page itself on this phone: a newer version between two people, and its removal. */

/** Ask for a newer version, and take it over while `isFree` says that nobody is answering.
 * @param {() => boolean} isFree */
export async function renew(isFree) {
  const registration = await navigator.serviceWorker.getRegistration("./");
  if (!registration) return;
  await registration.update().catch(() => {}); // without a network there is nothing newer
  const worker = registration.waiting ?? registration.installing;
  if (!worker) return;
  await installed(worker);
  if (worker.state !== "installed" || !isFree()) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isFree()) location.reload();
  }, { once: true });
  worker.postMessage("take over");
}

/** Wait until a worker has fetched its files, or failed to. @param {ServiceWorker} worker */
function installed(worker) {
  return new Promise((done) => {
    const look = () => { if (worker.state !== "installing") done(undefined); };
    worker.addEventListener("statechange", look);
    look();
  });
}

/** Remove the worker of this page and the files it keeps. */
export async function remove() {
  const registration = await navigator.serviceWorker.getRegistration("./");
  const ours = `sixfold ${new URL("./", location.href).pathname} `;
  const names = (await caches.keys()).filter((name) => name.startsWith(ours));
  await Promise.all(names.map((name) => caches.delete(name)));
  await registration?.unregister();
}
