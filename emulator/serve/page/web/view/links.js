// What the ring does to links: cuts, mends and divides.
import {cutLinks, mendAll, partition} from '../source/api.js'

/**
 * The cuts of a cluster as pairs.
 * @param {import('../model/cluster.js').Cluster} cluster
 * @returns {[number, number][]}
 */
export function cutsOf(cluster) {
  return [...cluster.cuts].map((cut) => /** @type {[number, number]} */ (cut.split('>').map(Number)))
}

/**
 * The action that cuts a link beside the present cuts.
 * @param {import('../model/cluster.js').Cluster} cluster
 * @param {number} from
 * @param {number} to
 * @param {boolean} both
 */
export function cutAction(cluster, from, to, both) {
  const all = new Set(cluster.cuts)
  all.add(`${from}>${to}`)
  if (both) all.add(`${to}>${from}`)
  const action = cutLinks(pairs(all))
  action.words = `cut the link ${from} ${both ? '↔' : '→'} ${to}`
  return action
}

/**
 * The action that mends a link and leaves the other cuts.
 * @param {import('../model/cluster.js').Cluster} cluster
 * @param {number} from
 * @param {number} to
 * @param {boolean} both
 */
export function mendAction(cluster, from, to, both) {
  const all = new Set(cluster.cuts)
  all.delete(`${from}>${to}`)
  if (both) all.delete(`${to}>${from}`)
  const action = cutLinks(pairs(all))
  action.words = `mend the link ${from} ${both ? '↔' : '→'} ${to}`
  return action
}

/** @param {Set<string>} cuts @returns {[number, number][]} */
function pairs(cuts) { return [...cuts].map((c) => /** @type {[number, number]} */ (c.split('>').map(Number))) }

/**
 * @param {import('../deeds.js').Deeds} deeds
 * @param {() => import('../model/cluster.js').Cluster} present
 */
export function linkActions(deeds, present) {
  return {
    cut: (/** @type {number} */ from, /** @type {number} */ to, /** @type {boolean} */ both) => deeds.act(cutAction(present(), from, to, both)),
    mend: (/** @type {number} */ from, /** @type {number} */ to, /** @type {boolean} */ both) => deeds.act(mendAction(present(), from, to, both)),
    groups: (/** @type {number[][]} */ groups) => deeds.act(groups.length > 1 ? partition(groups) : mendAll()),
  }
}
