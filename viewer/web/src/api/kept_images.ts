/** Images that were fetched before they are shown: the browser has one at hand, at once, while somebody holds on to it. */

/** Those of a few frames around the shown one, of all cameras. */
const MOST_KEPT = 96;

/** What of an image element matters here. */
export interface LoadingImage {
  readonly complete: boolean;
  readonly naturalWidth: number;
}

export class KeptImages {
  readonly #load: (url: string, isUrgent: boolean) => LoadingImage;
  /** The longest unused one comes first. */
  readonly #images = new Map<string, LoadingImage>();

  constructor(load: (url: string, isUrgent: boolean) => LoadingImage = loadImage) {
    this.#load = load;
  }

  /** Fetch an image that will be shown soon; only an urgent one competes with what is waited for. */
  keep(url: string, isUrgent = false): void {
    const known = this.#images.get(url);
    this.#images.delete(url);
    this.#images.set(url, known ?? this.#load(url, isUrgent));
    const [oldest] = this.#images.keys();
    if (this.#images.size > MOST_KEPT && oldest !== undefined) {
      this.#images.delete(oldest);
    }
  }

  /** Whether an element with this source shows its image without waiting. */
  isHere(url: string): boolean {
    const image = this.#images.get(url);
    return image?.complete === true && image.naturalWidth > 0;
  }
}

export const keptImages = new KeptImages();

function loadImage(url: string, isUrgent: boolean): HTMLImageElement {
  const image = new Image();
  image.fetchPriority = isUrgent ? 'auto' : 'low';
  image.src = url;
  return image;
}
