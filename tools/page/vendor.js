// What the page takes from Preact and its signals: one file, built by `node build_vendor.js`.

export { h, Fragment, render, createRef } from "preact";
export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
