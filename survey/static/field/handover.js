/** The way out of a phone that never gets a network: its parcels as a file, locked as they are. */

/** Give the parcels as a file, one a line, for `sixfold round receive`. Its name tells nothing.
 * @param {import("./seal.js").Parcel[]} parcels */
export function handOver(parcels) {
  const lines = parcels.map((parcel) => `${JSON.stringify(parcel)}\n`);
  const address = URL.createObjectURL(new Blob(lines, { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = "parcels.sixfold";
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60 * 1000);
}
