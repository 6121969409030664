/** The same function, which works out the answer to the same arguments once. For pure functions that are slow. */
export function remembered<Arguments extends unknown[], Answer>(
  work: (...given: Arguments) => Answer,
): (...given: Arguments) => Answer {
  const known = new Map<string, Answer>();
  return (...given) => {
    const key = JSON.stringify(given);
    if (known.has(key)) return known.get(key) as Answer;
    const answer = work(...given);
    known.set(key, answer);
    return answer;
  };
}
