// The view library with types. Everything imports it from here.
import {html as rawHtml, render as rawRender, useState as rawState, useEffect as rawEffect,
  useLayoutEffect as rawLayoutEffect, useRef as rawRef, useMemo as rawMemo, useCallback as rawCallback} from '../vendor/preact.js'

/** @typedef {any} View what a component returns: elements, text, lists of them, or nothing */

/** @type {(strings: TemplateStringsArray, ...values: any[]) => View} */
export const html = /** @type {any} */ (rawHtml)

/** @type {(view: View, into: Element) => void} */
export const render = /** @type {any} */ (rawRender)

/** @type {<T>(first: T | (() => T)) => [T, (next: T | ((old: T) => T)) => void]} */
export const useState = /** @type {any} */ (rawState)

/** @type {(effect: () => void | (() => void), on?: any[]) => void} */
export const useEffect = /** @type {any} */ (rawEffect)

/** @type {(effect: () => void | (() => void), on?: any[]) => void} */
export const useLayoutEffect = /** @type {any} */ (rawLayoutEffect)

/** @type {<T>(first: T) => {current: T}} */
export const useRef = /** @type {any} */ (rawRef)

/** @type {<T>(make: () => T, on: any[]) => T} */
export const useMemo = /** @type {any} */ (rawMemo)

/** @type {<F extends Function>(call: F, on: any[]) => F} */
export const useCallback = /** @type {any} */ (rawCallback)
