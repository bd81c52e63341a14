/** How a device model names a node of an analyser's server. Pure. */

export type NodeItem =
  /** Browse names below Objects, one after the other. */
  Readonly<{ by: 'path'; names: readonly string[] }> | Readonly<{ by: 'id'; namespaceUri: string; id: string }>;

/** `/Raman/Channel 1/Spectrum` or `nsu=http://maker.example/raman;s=Spectrum`. Null where it is neither. */
export function parseNodeItem(item: string): NodeItem | null {
  if (item.startsWith('/')) {
    const names = item.slice(1).split('/');
    return names.every((name) => name.trim() !== '') ? { by: 'path', names } : null;
  }
  const match = /^nsu=([^;]+);((?:s|g|b)=.+|i=\d{1,10})$/u.exec(item);
  const [, namespaceUri, id] = match ?? [];
  return namespaceUri === undefined || id === undefined ? null : { by: 'id', namespaceUri, id };
}
