/**
 * What somebody does to the cluster: for each op of a change, what it does to the model.
 *
 * @module
 */

import {Queue} from './queue.js'

/** @typedef {import('./cluster.js').Cluster} Cluster */
/** @typedef {import('./types.js').Change} Change */
/** @typedef {import('./types.js').Node} Node */
/** @typedef {import('./types.js').TraceRecord} TraceRecord */

/** @param {number} from @param {number} to */
export const linkName = (from, to) => `${from}>${to}`

/**
 * Makes the change of a Nemesis record. A change of one node returns it.
 * @param {Cluster} cluster
 * @param {TraceRecord} record
 * @param {Node|null} node
 * @returns {Node|null}
 */
export function change(cluster, record, node) {
  const what = record.change
  if (what === undefined) return node
  if (node !== null) return ofNode(cluster, record, what, node)
  switch (what.op) {
    case 'partition':
      cluster.cuts = new Set((what.links ?? []).map(([from, to]) => linkName(from, to)))
      break
    case 'heal':
      cluster.cuts = new Set()
      cluster.setRules([])
      cluster.nodes = cluster.nodes.map(healed)
      break
    case 'set_fault': {
      const rule = what.fault
      if (rule === undefined) break
      const there = cluster.rules.some((r) => r.name === rule.name)
      cluster.setRules(there ? cluster.rules.map((r) => r.name === rule.name ? rule : r) : [...cluster.rules, rule])
      break
    }
    case 'delete_fault':
      cluster.setRules(cluster.rules.filter((r) => r.name !== what.name))
  }
  return null
}

/**
 * @param {Cluster} cluster
 * @param {TraceRecord} record
 * @param {Change} what
 * @param {Node} node
 * @returns {Node}
 */
function ofNode(cluster, record, what, node) {
  switch (what.op) {
    case 'crash':
      return crashed(record, node)
    case 'restart':
      return {...node, up: true}
    case 'pause':
      return {...node, paused: true}
    case 'resume':
      return {...node, paused: false}
    case 'isolate':
      connect(cluster, node.id, false)
      return node
    case 'heal_node':
      connect(cluster, node.id, true)
      return healed(node)
    case 'skew':
      return {...node, skew: what.skew ?? 1}
    case 'plant':
      return {...node, bug: what.bug ?? ''}
  }
  return node
}

/**
 * A crash loses a node's memory. Of its log, what was not on stable storage is lost, and
 * what an unfinished write had removed is back.
 * @param {TraceRecord} record
 * @param {Node} node
 * @returns {Node}
 */
function crashed(record, node) {
  let {log, approximate} = node
  if (record.log) {
    log = log.replace(record.log.kept, record.log.entries)
  } else if (record.state && record.state.last_index < log.last) { // an older trace
    log = log.keep(record.state.last_index)
    approximate = true
  }
  return {
    ...node, up: false, paused: false, log, approximate, applied: 0, queue: new Queue(),
    votes: null, next: null, match: null, timer: null, stored: null,
  }
}

/** @param {Node} node @returns {Node} */
function healed(node) {
  return node.up && !node.paused && node.skew === 1 ? node : {...node, up: true, paused: false, skew: 1}
}

/**
 * Cuts or heals all links of a node, both ways.
 * @param {Cluster} cluster
 * @param {number} id
 * @param {boolean} whole
 */
function connect(cluster, id, whole) {
  const cuts = new Set(cluster.cuts)
  for (const {id: other} of cluster.nodes) {
    if (other === id) continue
    for (const link of [linkName(id, other), linkName(other, id)]) {
      if (whole) cuts.delete(link)
      else cuts.add(link)
    }
  }
  cluster.cuts = cuts
}
