/** One camera's image of the frame on screen: the old picture stays until the new one has come. */
import { useEffect, useId, useState } from 'react';

import { keptImages } from '../../api/kept_images';
import type { CameraInfo } from '../../model/scene';
import { useEditorTools, useSession } from '../editor_context';

const AHEAD: readonly number[] = [1, 2, 3, -1];

interface Outcome {
  readonly url: string;
  readonly frameIndex: number;
  readonly isBroken: boolean;
}

export interface CameraImage {
  readonly state: 'loading' | 'shown' | 'missing' | 'broken';
  /** The frame whose image is on screen, or null while there is none. */
  readonly shownFrame: number | null;
  readonly props: { readonly src: string; readonly onLoad: () => void; readonly onError: () => void };
}

export function useCameraImage(camera: CameraInfo, addressOf: (imageUrl: string) => string): CameraImage {
  const { editor, images } = useEditorTools();
  // The strip and the enlarged image may show one camera at the same time.
  const place = useId();
  const frameIndex = useSession((state) => state.frameIndex);
  const imageUrl = editor.scene.frames[frameIndex]?.image_urls[camera.name];
  const url = imageUrl === undefined ? '' : addressOf(imageUrl);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  if (outcome?.url !== url && keptImages.isHere(url)) {
    // The element will say so, too, but later.
    setOutcome({ url, frameIndex, isBroken: false });
  }
  const isBroken = outcome?.isBroken === true && outcome.url === url;
  const isSettled = url === '' || outcome?.url === url;

  useEffect(() => {
    if (isSettled) {
      images.set(place, frameIndex);
    } else {
      images.set(place, -1);
    }
    return () => images.drop(place);
  }, [images, place, frameIndex, isSettled]);

  useEffect(() => {
    const wanted = AHEAD.map((step) => editor.scene.frames[frameIndex + step]?.image_urls[camera.name]);
    const addresses = wanted.flatMap((next) => (next === undefined ? [] : [addressOf(next)]));
    // Nothing competes with the frame that a person waits for.
    return images.whenShown(frameIndex, () => addresses.forEach((each) => keptImages.keep(each)));
    // The address is made anew in every render but stays the same for the same image.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [editor, images, camera.name, frameIndex]);

  const state = url === '' ? 'missing' : isBroken ? 'broken' : isSettled ? 'shown' : 'loading';
  const settle = (failed: boolean) => () => {
    const isKnown = outcome?.url === url && outcome.isBroken === failed;
    setOutcome(isKnown ? outcome : { url, frameIndex, isBroken: failed });
  };
  return {
    state,
    shownFrame: shownFrame(state, frameIndex, outcome),
    props: { src: url, onLoad: settle(false), onError: settle(true) },
  };
}

/** Without a picture of its own a frame shows its boxes on the empty tile; a loading one keeps the last picture's. */
function shownFrame(state: CameraImage['state'], frameIndex: number, outcome: Outcome | null): number | null {
  if (state === 'loading') {
    return outcome?.isBroken === false ? outcome.frameIndex : null;
  }
  return frameIndex;
}
