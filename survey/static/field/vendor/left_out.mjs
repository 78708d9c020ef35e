// The kinds of keys that no round has: post-quantum ones, tags, passphrases. Asked for, they fail.
export const MLKEM768P256 = undefined;
export const MLKEM768X25519 = undefined;
export const p256 = undefined;
export const scrypt = undefined;
