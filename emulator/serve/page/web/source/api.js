// What the page asks of the admin API. Each function describes one action: its request,
// and what it does in words. perform carries it out, and curl.js writes it for a shell.
import {base} from './base.js'
import {bodyText} from './curl.js'
import {Problem, readProblem} from './problem.js'

/**
 * A request to the admin API. A body that is a text is TOML.
 * @typedef {{method: string, path: string, body?: any, words: string}} Action
 */

/** @param {number|string} id */
const at = (id) => '/v1/nodes/' + encodeURIComponent(String(id)) + '/'

/** @param {number} id @param {boolean} [wipe] @returns {Action} */
export function crash(id, wipe) {
  return {method: 'POST', path: at(id) + 'crash', body: wipe ? {wipe: true} : undefined, words: `crash node ${id}` + (wipe ? ' and wipe its disk' : '')}
}

/** @param {number} id @returns {Action} */
export function restart(id) { return {method: 'POST', path: at(id) + 'restart', words: `restart node ${id}`} }

/** @param {number} id @returns {Action} */
export function pause(id) { return {method: 'POST', path: at(id) + 'pause', words: `pause node ${id}`} }

/** @param {number} id @returns {Action} */
export function resume(id) { return {method: 'POST', path: at(id) + 'resume', words: `resume node ${id}`} }

/** @param {number} id @returns {Action} */
export function timeout(id) { return {method: 'POST', path: at(id) + 'timeout', words: `time out node ${id}`} }

/** @param {number} id @returns {Action} */
export function isolate(id) { return {method: 'POST', path: at(id) + 'isolate', words: `isolate node ${id}`} }

/** @param {number} id @returns {Action} */
export function healNode(id) { return {method: 'POST', path: at(id) + 'heal', words: `heal node ${id}`} }

/** @param {number} id @param {number} factor @returns {Action} */
export function skew(id, factor) { return {method: 'POST', path: at(id) + 'skew', body: {factor}, words: `skew the timers of node ${id} by ${factor}`} }

/** @param {number|string} id @param {string} bug '' removes it @returns {Action} */
export function plant(id, bug) {
  return {method: 'POST', path: at(id) + 'bug', body: {bug}, words: bug ? `plant ${bug} in node ${id}` : `remove the bug of node ${id}`}
}

/** @returns {Action} */
export function healAll() { return {method: 'POST', path: '/v1/heal', words: 'heal everything'} }

/**
 * A client's request to a node.
 * @param {number} id
 * @param {{op: string, topic?: string, message?: string, follow?: boolean, timeout_ms?: number}} body
 * @returns {Action}
 */
export function request(id, body) { return {method: 'POST', path: at(id) + 'request', body, words: `ask node ${id} for ${body.op}`} }

/** @param {[number, number][]} links from and to; all cuts from now on @returns {Action} */
export function cutLinks(links) {
  if (!links.length) return mendAll()
  return {method: 'POST', path: '/v1/partition', body: {oneway: links}, words: 'cut ' + links.map(([a, b]) => `${a} → ${b}`).join(', ')}
}

/** @param {number[][]} groups @returns {Action} */
export function partition(groups) {
  return {method: 'POST', path: '/v1/partition', body: {groups}, words: 'partition ' + groups.map((g) => g.join(' ')).join(' | ')}
}

/** @returns {Action} */
export function mendAll() { return {method: 'DELETE', path: '/v1/partition', words: 'remove all cuts'} }

/** @param {string} name @param {any} rule without its name @returns {Action} */
export function setFault(name, rule) {
  return {method: 'PUT', path: '/v1/faults/' + encodeURIComponent(name), body: rule, words: `set the fault ${name}`}
}

/** @param {string} name @returns {Action} */
export function deleteFault(name) { return {method: 'DELETE', path: '/v1/faults/' + encodeURIComponent(name), words: `delete the fault ${name}`} }

/** @returns {Action} */
export function deleteFaults() { return {method: 'DELETE', path: '/v1/faults', words: 'delete all faults'} }

/**
 * One message that is on its way. Servers that can do it list the route.
 * @param {number} id @param {string} verb @param {any} [body] @returns {Action}
 */
export function onMessage(id, verb, body) { return {method: 'POST', path: `/v1/messages/${id}/${verb}`, body, words: `${verb} message ${id}`} }

/** @param {string} name @returns {Action} */
export function loadNamed(name) { return {method: 'PUT', path: '/v1/fixture?name=' + encodeURIComponent(name), words: `load ${name}`} }

/** @param {string} toml @returns {Action} */
export function loadText(toml) { return {method: 'PUT', path: '/v1/fixture', body: toml, words: 'load a fixture'} }

/** @returns {Action} */
export function clockPause() { return {method: 'POST', path: '/v1/clock/pause', words: 'stop the clock'} }

/** @param {number} [speed] 0: only by steps and advances @returns {Action} */
export function clockRun(speed) {
  return {method: 'POST', path: '/v1/clock/run', body: speed === undefined ? undefined : {speed}, words: speed === undefined ? 'run the clock' : `run the clock at speed ${speed}`}
}

/** @param {number} events @returns {Action} */
export function clockStep(events) { return {method: 'POST', path: '/v1/clock/step', body: {events}, words: events === 1 ? 'take one event' : `take ${events} events`} }

/** @param {number} ms @returns {Action} */
export function clockAdvance(ms) { return {method: 'POST', path: '/v1/clock/advance', body: {ms}, words: `advance the clock by ${ms} ms`} }

/**
 * Carries an action out and returns its answer. Throws a Problem.
 * @param {Action} action
 * @returns {Promise<any>}
 */
export async function perform(action) {
  const headers = /** @type {Record<string, string>} */ ({Accept: 'application/json'})
  let body
  if (action.body !== undefined) {
    body = bodyText(action)
    headers['Content-Type'] = typeof action.body === 'string' ? 'application/toml' : 'application/json'
  }
  return (await ask(base + action.path, {method: action.method, headers, body})).json()
}

/**
 * Reads JSON. Throws a Problem.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export function read(path, signal) { return readAt(base + path, signal) }

/**
 * Reads JSON from a path of the server, whichever cluster the page shows. Throws a Problem.
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function readAt(path, signal) {
  const answer = await ask(path, {headers: {Accept: 'application/json'}, signal})
  try {
    return await answer.json()
  } catch {
    throw new Problem(0, `${path} gave no JSON.`)
  }
}

/**
 * Reads a text. Throws a Problem.
 * @param {string} path
 */
export async function readText(path) { return (await ask(base + path, {})).text() }

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function ask(path, init) {
  let answer
  try {
    answer = await fetch(path, {...init, cache: 'no-store'})
  } catch (err) {
    if (err instanceof DOMException && err.name === 'AbortError') throw err
    throw new Problem(0, 'The server does not answer.')
  }
  if (!answer.ok) throw readProblem(answer.status, await answer.text())
  return answer
}
