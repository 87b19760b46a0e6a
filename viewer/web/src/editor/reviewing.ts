/** Going through what a model proposed, track by track or a whole band at once. */
import { type Band, BANDS, type ProposedTrack } from '../model/autolabel';
import type { TrackId } from '../model/ids';
import type { Transaction } from '../store/label_store';
import type { ReviewFilter, ReviewState, ReviewTab } from '../store/session';
import type { Editor } from './editor';
import { beginAudit, lookAtMore, resultOf, unseen, verdictOf } from './review/audit';
import { isProposed, queueOf, reviewOf } from './review/queue';
import { worstFrame } from './review/strip_frames';
import { type UnsureFace, unsureFaces } from './review/unsure_faces';
import { isUnconfirmed } from './selection';
import { rejectProposed } from './track_edits/reject';

export class Reviewing {
  private readonly editor: Editor;
  private readonly random: () => number;
  private listed: { readonly of: readonly unknown[]; readonly rows: readonly ProposedTrack[] } | null = null;

  constructor(editor: Editor, random: () => number = Math.random) {
    this.editor = editor;
    this.random = random;
  }

  get isOpen(): boolean {
    return this.editor.session.getState().reviewOpen;
  }

  /** Whether the list of tracks is what is shown, so that its keys mean something. */
  get isListed(): boolean {
    const { reviewOpen, review } = this.editor.session.getState();
    return reviewOpen && review.tab === 'review';
  }

  open(tab?: ReviewTab): void {
    const { editor } = this;
    editor.endGesture();
    editor.grid.close();
    editor.session.setState(({ review }) => ({
      isPlaying: false,
      activeCamera: null,
      reviewOpen: true,
      review: { ...review, tab: tab ?? review.tab },
    }));
    this.goSomewhere();
  }

  close(): void {
    this.editor.session.setState({ reviewOpen: false });
  }

  toggle(): void {
    if (this.isOpen && !this.editor.grid.isOpen) {
      this.close();
    } else {
      this.open();
    }
  }

  setTab(tab: ReviewTab): void {
    this.editor.session.setState(({ review }) => ({ review: { ...review, tab } }));
    this.goSomewhere();
  }

  /** What the server knows of proposals, in the order of the queue. */
  setProposed(proposed: readonly ProposedTrack[]): void {
    this.editor.session.setState({ proposed });
    this.goSomewhere();
  }

  setFilter(filter: Partial<ReviewFilter>): void {
    this.editor.session.setState(({ review }) => ({
      review: { ...review, filter: { ...review.filter, ...filter } },
    }));
    this.goSomewhere();
  }

  /** The next band alone, and after the last one all of them again. */
  nextBand(): void {
    const { band } = this.editor.session.getState().review.filter;
    const order: readonly (Band | null)[] = [null, ...BANDS];
    this.setFilter({ band: order[(order.indexOf(band) + 1) % order.length] ?? null });
  }

  /** What the list shows: the queue, or during an audit its sample; the same array until something changes. */
  get rows(): readonly ProposedTrack[] {
    const { store, session } = this.editor;
    const { proposed, review } = session.getState();
    const of = [store.version, proposed, review.filter, review.audit];
    const { listed } = this;
    if (listed?.of.every((each, index) => each === of[index])) {
      return listed.rows;
    }
    const sample = new Set(review.audit?.sample.map(({ track }) => track.id));
    const rows = review.audit
      ? proposed.filter(({ track_id }) => sample.has(track_id) && store.get('tracks', track_id))
      : queueOf(proposed, store, review.filter);
    this.listed = { of, rows };
    return rows;
  }

  /** The selected object, as long as it is listed. */
  get current(): ProposedTrack | null {
    const { selectedTrackId } = this.editor;
    return this.rows.find(({ track_id }) => track_id === selectedTrackId) ?? null;
  }

  /** The faces of a track that still waits at which somebody should look. */
  unsureFacesOf(trackId: string): readonly UnsureFace[] {
    const found = this.editor.session.getState().proposed.find(({ track_id }) => track_id === trackId);
    const isOpen = found !== undefined && reviewOf(this.editor.store, found.track_id) === 'open';
    return isOpen ? unsureFaces(found) : [];
  }

  /** Where the machine is least sure of a track. */
  worstFrameOf(trackId: TrackId): number | null {
    const keys = this.editor.store.keysOfTrack(trackId);
    const open = keys.filter(isProposed);
    return worstFrame(open.length > 0 ? open : keys);
  }

  /** Select a track, in the frame in which it is most doubtful. */
  go(trackId: TrackId): void {
    this.editor.goToFrame(this.worstFrameOf(trackId) ?? this.editor.frameIndex);
    this.editor.select(trackId);
  }

  step(by: 1 | -1): void {
    const { rows, current } = this;
    const index = current === null ? -1 : rows.indexOf(current);
    const next = rows[Math.max(0, Math.min(rows.length - 1, index + by))];
    if (next !== undefined) {
      this.go(next.track_id);
    }
  }

  /** Leave the list for a frame of the track in all views, by default the most doubtful one. */
  jump(frameIndex?: number): void {
    const { editor, current } = this;
    if (current !== null) {
      this.close();
      this.go(current.track_id);
      editor.goToFrame(frameIndex ?? editor.frameIndex);
      editor.viewCommand('zoom-to-object');
    }
  }

  // Verbs; one undo step each

  /** Agree with the track as it is. */
  accept(): void {
    this.decide(({ track_id }) =>
      this.editor.perform('autolabel.stepAccept', (tx) => this.agree(tx, [track_id])),
    );
  }

  /** Take back what the model proposed of it. */
  reject(): void {
    const { editor } = this;
    this.decide(({ track_id }) =>
      editor.onTrack('autolabel.stepReject', track_id, (tx, track) =>
        rejectProposed(editor.store, tx, track),
      ),
    );
  }

  // Accepting a whole band

  /** The tracks of the accept band that wait, as the other filters leave them. */
  get acceptable(): readonly TrackId[] {
    const { proposed, review } = this.editor.session.getState();
    const filter = { ...review.filter, band: 'accept' as const };
    return queueOf(proposed, this.editor.store, filter).map(({ track_id }) => track_id);
  }

  /** Ask how many tracks shall be looked at before the whole band is accepted. */
  askAudit(): void {
    if (this.acceptable.length > 0) {
      this.setReview({ isAskingAudit: true });
    } else {
      this.editor.notify('autolabel.nothingToAccept');
    }
  }

  beginAudit(size: number): void {
    const audit = beginAudit(this.editor.store, this.acceptable, size, this.random);
    this.setReview({ audit, isAskingAudit: false });
    this.goSomewhere();
  }

  lookAtMore(count: number): void {
    const { audit } = this.editor.session.getState().review;
    if (audit !== null) {
      this.setReview({ audit: lookAtMore(this.editor.store, audit, count, this.random) });
      this.goOn(this.current?.track_id ?? null);
    }
  }

  /** The current track of the sample is wrong and waits for a correction; once more, and it is not. */
  putAside(): void {
    const { audit } = this.editor.session.getState().review;
    const { current } = this;
    if (audit !== null && current !== null) {
      const { track_id } = current;
      const others = audit.aside.filter((id) => id !== track_id);
      const isAside = others.length < audit.aside.length;
      this.setReview({ audit: { ...audit, aside: isAside ? others : [...others, track_id] } });
      if (!isAside) {
        this.goOn(track_id);
      }
    }
  }

  /** Once the sample is looked at: agree with all tracks that nobody was asked to look at. */
  acceptUnseen(): void {
    const { editor } = this;
    const { audit } = editor.session.getState().review;
    if (audit === null || resultOf(editor.store, audit).open > 0) {
      return;
    }
    const { mostWrong } = resultOf(editor.store, audit);
    const rest = unseen(editor.store, audit);
    if (rest.length > 0) {
      editor.perform('autolabel.stepAcceptBand', (tx) => this.agree(tx, rest));
      editor.notify('autolabel.accepted', { count: rest.length, wrong: mostWrong });
    }
    this.stopAudit();
  }

  stopAudit(): void {
    this.setReview({ audit: null, isAskingAudit: false });
    this.goSomewhere();
  }

  private agree(tx: Transaction, trackIds: readonly TrackId[]): void {
    const { context, store } = this.editor;
    for (const id of trackIds) {
      for (const key of store.keysOfTrack(id).filter(isUnconfirmed)) {
        tx.put('cuboids', { ...key, confirmed_by: context.author });
      }
    }
  }

  /** Do something with the current track, and go on to the next one that waits. */
  private decide(act: (current: ProposedTrack) => void): void {
    const { current, rows } = this;
    if (current !== null) {
      act(current);
      this.goOn(current.track_id, rows);
    }
  }

  private goOn(from: TrackId | null, rows = this.rows): void {
    const index = rows.findIndex(({ track_id }) => track_id === from);
    const onwards = [...rows.slice(index + 1), ...rows.slice(0, index + 1)];
    const next = onwards.find(({ track_id }) => this.isOpenRow(track_id)) ?? this.rows.at(-1);
    if (next === undefined) {
      this.editor.select(null);
    } else {
      this.go(next.track_id);
    }
  }

  private isOpenRow(trackId: TrackId): boolean {
    const { store, session } = this.editor;
    const { audit } = session.getState().review;
    const sampled = audit?.sample.find(({ track }) => track.id === trackId);
    return audit && sampled
      ? verdictOf(store, audit, sampled) === 'open'
      : audit === null && reviewOf(store, trackId) === 'open';
  }

  /** Where the list is on the screen, one of its tracks is selected. */
  private goSomewhere(): void {
    if (this.isListed && this.current === null) {
      this.goOn(null);
    }
  }

  private setReview(part: Partial<ReviewState>): void {
    this.editor.session.setState(({ review }) => ({ review: { ...review, ...part } }));
  }
}
