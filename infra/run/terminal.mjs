import { styleText } from 'node:util';

/** Whether people look at this stream: then lines may be rewritten, and coloured unless NO_COLOR says otherwise. */
export function isLive(stream) {
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/** `text` in a style of util.styleText where the stream shows colours, as it is elsewhere. */
export function styled(stream, style, text) {
  if (!isLive(stream) || !stream.hasColors()) return text;
  // Left to itself it looks at standard output, whichever stream this is.
  return styleText(style, text, { validateStream: false });
}
