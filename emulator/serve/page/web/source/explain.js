// Asks why an event happened: the cluster that runs, or the server of a recorded trace. One HTML
// file has some answers in it, and asks nobody.

/**
 * @typedef {{seq: number, node: number|null, text: string, time_ns: number}} Step
 * @typedef {object} Explanation
 * @property {number} seq
 * @property {string} [run_id] of a cluster that runs
 * @property {string} event
 * @property {string} text
 * @property {string} section of the paper; '' if Raft has no rule for it
 * @property {{name: string, value: string}[]} values
 * @property {string} [broken] the rule that the node broke
 * @property {string} [missing] why the explanation is not complete
 * @property {Step[]} steps the oldest first
 */

/**
 * Where to ask about an event, or about now; '' if no server can say it.
 * @param {{kind: string, run: string, routes: Set<string>}} state
 * @param {number|'now'} seq
 */
export function whyPath(state, seq) {
  if (!state.routes.has('GET /v1/explain')) return ''
  return state.kind === 'live' ? `/v1/explain?seq=${seq}` : `/v1/explain?run=${encodeURIComponent(state.run)}&seq=${seq}`
}

/**
 * An answer that is about the event and the run that are shown, or null.
 * @param {any} answer
 * @param {{kind: string, run: string}} state
 * @param {number} seq
 * @returns {Explanation|null}
 */
export function fitting(answer, state, seq) {
  if (!answer || answer.seq !== seq || typeof answer.text !== 'string' || !Array.isArray(answer.values) || !Array.isArray(answer.steps)) return null
  return state.kind === 'live' && answer.run_id !== state.run ? null : answer
}
