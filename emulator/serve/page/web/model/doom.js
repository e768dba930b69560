/**
 * Entries that are about to be removed.
 *
 * @module
 */

import {effectOn} from './figure2.js'

/** @typedef {import('./cluster.js').Cluster} Cluster */
/** @typedef {import('./types.js').Doom} Doom */

/**
 * For each AppendEntries request on its way, the entries of its receiver's log that it
 * removes if it arrives now, also one that a rule holds.
 * @param {Cluster} cluster
 * @returns {Doom[]} in the order in which the messages were sent
 */
export function doomed(cluster) {
  /** @type {Doom[]} */
  const list = []
  for (const {id, message, from, to, outside} of cluster.messages.all()) {
    const node = cluster.nodes[to]
    if (node === undefined || message.type !== 'AppendEntriesRequest') continue
    if (!outside && cluster.isCut(from, to)) continue
    const put = effectOn(node, message)
    if (put === null || put.kept >= node.log.last || list.some((d) => d.id === id)) continue
    const first = put.kept + 1
    list.push({id, node: to, first, last: node.log.last, committed: first <= node.commit})
  }
  return list
}
