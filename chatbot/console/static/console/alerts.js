// How many shoppers wait, in the tab's title and by a sound, as each person chose. Without it the page says so when loaded.
const EVERY = 10000;
const NOTES = [880, 1175]; // hertz, one after the other
const address = document.querySelector("script[data-alerts]").dataset.alerts;
const title = document.title;
let before;

function play() {
  const sound = new AudioContext();
  NOTES.forEach((pitch, place) => {
    const tone = new OscillatorNode(sound, { frequency: pitch });
    const volume = new GainNode(sound, { gain: 0.1 });
    tone.connect(volume).connect(sound.destination);
    tone.start(sound.currentTime + place * 0.15);
    tone.stop(sound.currentTime + place * 0.15 + 0.12);
    tone.onended = place === NOTES.length - 1 ? () => sound.close() : null;
  });
}

async function look() {
  try {
    const answer = await fetch(address);
    if (!answer.ok) return;
    const counts = await answer.json();
    document.title = counts.badge && counts.waiting ? `(${counts.waiting}) ${title}` : title;
    if (counts.sound && before && (counts.waiting > before.waiting || counts.mine > before.mine)) play();
    before = counts;
  } catch {
    // the next turn asks again
  }
}

look();
setInterval(look, EVERY); // also while the tab is in the background, which is when it matters
