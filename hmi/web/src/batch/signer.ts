/** Whoever signs, as they entered it. */
export type Signer = Readonly<{ userName: string; password: string }>;
