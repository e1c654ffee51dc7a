#include "model/decoder.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace reckon {
namespace {

// Deterministic mode computes prompts in blocks that start at multiples of this.
constexpr std::int64_t kBlock = 64;

std::int64_t common_prefix(const Tokens& a, const Tokens& b) {
  constexpr std::size_t kAtOnce = 64;  // prompts share thousands
  const std::size_t n = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i + kAtOnce <= n && std::memcmp(&a[i], &b[i], kAtOnce * sizeof(TokenId)) == 0) i += kAtOnce;
  while (i < n && a[i] == b[i]) ++i;
  return static_cast<std::int64_t>(i);
}

// Whether they may have more than `length` tokens in common. Looks at the last of these only, where prompts that share a
// template part.
bool may_share_more(const Tokens& a, const Tokens& b, std::int64_t length) {
  constexpr std::int64_t kLookedAt = 16;
  if (length >= std::min(std::ssize(a), std::ssize(b))) return false;
  const auto begin = static_cast<std::size_t>(std::max<std::int64_t>(0, length + 1 - kLookedAt));
  return std::memcmp(&a[begin], &b[begin], (static_cast<std::size_t>(length) + 1 - begin) * sizeof(TokenId)) == 0;
}

std::int64_t block_floor(std::int64_t n) { return n / kBlock * kBlock; }

}  // namespace

Decoder::Decoder(std::unique_ptr<KvContext> context, DecoderOptions options)
    : context_(std::move(context)),
      options_(options),
      live_(std::make_shared<std::atomic<std::int64_t>>(0)),
      slots_(static_cast<std::size_t>(context_->limits().slots)) {
  options_.chunk_tokens = std::min(options_.chunk_tokens, context_->limits().batch_tokens);
}

Result<std::vector<Evaluation>> Decoder::evaluate(std::span<Sequence* const> sequences, Outputs outputs,
                                                  std::span<const std::span<const TokenId>> drafts) {
  ++tick_;
  context_->set_outputs(outputs);
  collect_garbage();
  std::vector<Evaluation> done(sequences.size());
  std::vector<Item> items(sequences.size());
  int room = options_.chunk_tokens;
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].sequence = sequences[i];
    const auto& identity = *sequences[i]->identity_;
    if (identity.slot >= 0) slots_[static_cast<std::size_t>(identity.slot)].in_call = true;
  }
  // Running decodes first, so that a long prefill only gets what they leave.
  for (auto& item : items) {
    if (item.sequence->identity_->slot >= 0) plan_resident(item, room);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].sequence->identity_->slot < 0) plan_absent(items, i, room, done);
  }
  if (!drafts.empty() && can_draft()) plan_drafts(items, drafts, room);
  const Status status = run(items, done);
  for (auto& slot : slots_) slot.in_call = false;
  if (!status.ok()) {
    forget(items);
    return status;
  }
  return done;
}

std::span<const float> Decoder::logits(int row) const {
  if (options_.deterministic) return copied_rows_[static_cast<std::size_t>(row)];
  return context_->logits(row);
}

std::span<const float> Decoder::hidden(int row) const {
  if (options_.deterministic) return copied_hidden_[static_cast<std::size_t>(row)];
  return context_->hidden(row);
}

void Decoder::drop_unowned() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (!slots_[i].owned()) truncate_slot(static_cast<int>(i), 0);
  }
}

// Slots whose owner died keep only the tokens that some live chunk still stands for: a prompt that
// other samples start from, or a search node that has children to come.
void Decoder::collect_garbage() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.tokens.empty() || slot.owned()) continue;
    while (!slot.segments.empty() && slot.segments.back().chunk.expired()) slot.segments.pop_back();
    const std::int64_t wanted = slot.segments.empty() ? 0 : slot.segments.back().end;
    truncate_slot(static_cast<int>(i), wanted);
  }
}

void Decoder::truncate_slot(int index, std::int64_t length) {
  Slot& slot = slots_[static_cast<std::size_t>(index)];
  if (length >= static_cast<std::int64_t>(slot.tokens.size())) return;
  // Cannot fail for prefixes that the backend holds; a backend that cannot cut says so in its info.
  (void)context_->truncate(index, static_cast<int>(length)).ok();
  slot.tokens.resize(static_cast<std::size_t>(length));
  slot.prompt_length = std::min(slot.prompt_length, length);
  if (length == 0) slot.owner.reset();
}

// Only what differs from what the slot held before is named anew: forks of one path differ in their last chunks.
void Decoder::sync_segments(Slot& slot, const Sequence& sequence) {
  auto& segments = slot.segments;
  const auto begin = [&segments] { return segments.size() < 2 ? 0 : segments[segments.size() - 2].end; };
  std::vector<Segment> added;
  std::shared_ptr<const TokenChunk> chunk = sequence.tail_;
  for (; chunk != nullptr; chunk = chunk->parent) {
    while (!segments.empty() && begin() > chunk->start) segments.pop_back();
    if (!segments.empty() && begin() == chunk->start && segments.back().is(chunk)) break;
    added.push_back({chunk, chunk->end()});
  }
  if (chunk == nullptr) segments.clear();
  else segments.back().end = chunk->end();
  segments.insert(segments.end(), added.rbegin(), added.rend());
}

void Decoder::plan_count(Item& item, int& room) {
  const auto length = static_cast<int>(item.sequence->length_);
  int count = std::min(length - item.begin, room);
  if (options_.deterministic) {
    const auto prompt = static_cast<int>(item.sequence->prompt_length_);
    const int block_end = std::min(static_cast<int>(block_floor(item.begin) + kBlock), prompt);
    const int wanted = item.begin < prompt ? block_end - item.begin : 1;
    count = wanted <= room ? wanted : 0;
  }
  item.count = std::max(count, 0);
  item.completes = item.count > 0 && item.begin + item.count == length;
  room -= item.count;
}

// Drafts get the room and the outputs that are left.
void Decoder::plan_drafts(std::vector<Item>& items, std::span<const std::span<const TokenId>> drafts, int room) const {
  int outputs = limits().outputs;
  for (const auto& item : items) outputs -= item.completes ? 1 : 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (!items[i].completes || drafts[i].empty()) continue;
    const auto left = limits().context_tokens - static_cast<int>(items[i].sequence->length_);
    const int count = std::min({static_cast<int>(drafts[i].size()), room, outputs, left});
    if (count <= 0) continue;
    items[i].draft = drafts[i].first(static_cast<std::size_t>(count));
    room -= count;
    outputs -= count;
  }
}

void Decoder::plan_resident(Item& item, int& room) {
  Sequence& sequence = *item.sequence;
  item.slot = sequence.identity_->slot;
  Slot& slot = slots_[static_cast<std::size_t>(item.slot)];
  // Logits are wanted after the last token, so at least that one is computed (again).
  std::int64_t keep = std::min({sequence.intact_, sequence.length_ - 1, static_cast<std::int64_t>(slot.tokens.size())});
  if (options_.deterministic && keep < sequence.prompt_length_) keep = block_floor(keep);
  truncate_slot(item.slot, keep);
  if (slot.tokens.empty()) slot.owner = sequence.identity_;
  item.begin = static_cast<int>(keep);
  plan_count(item, room);
}

void Decoder::plan_absent(std::vector<Item>& items, std::size_t index, int& room, std::vector<Evaluation>& done) {
  Item& item = items[index];
  if (const auto parent = resident_parent(*item.sequence); parent.first >= 0) {
    item.twin = sibling(items, index);
    if (item.twin < 0 && room > 0 && bind(item, parent, done[index])) plan_count(item, room);
    return;
  }
  item.tokens = item.sequence->tokens();
  const auto source = best_source(item);
  if (waits_for_another(items, index, source.second, item.twin) || item.twin >= 0) return;
  if (room <= 0 || !bind(item, source, done[index])) return;
  plan_count(item, room);
}

// A fork that has added nothing yet shares its chunks with its parent, and whoever holds a chunk holds the chain before
// it: no tokens need to be compared, however long the path. Nothing unless all but the last token is there.
std::pair<int, std::int64_t> Decoder::resident_parent(const Sequence& sequence) const {
  if (!sequence.tail_shared_ || options_.deterministic) return {-1, 0};
  const std::int64_t wanted = sequence.length_ - 1;
  if (wanted <= 0) return {-1, 0};
  std::shared_ptr<const TokenChunk> chunk = sequence.tail_;
  while (chunk->start >= wanted) chunk = chunk->parent;  // the last token may be one of its own
  int found = -1;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    const auto size = static_cast<std::int64_t>(slot.tokens.size());
    if (size < wanted || !slot.holds(chunk)) continue;
    const bool can_be_taken_over = !slot.owned() && size == wanted;
    if (found < 0 || can_be_taken_over) found = static_cast<int>(i);
    if (can_be_taken_over) break;
  }
  return {found, wanted};
}

bool Decoder::Slot::holds(const std::shared_ptr<const TokenChunk>& chunk) const {
  const auto segment = std::ranges::upper_bound(segments, chunk->start, {}, &Segment::end);
  return segment != segments.end() && segment->is(chunk);
}

// Another fork of the same point that gets its logits in this call; -1: none.
int Decoder::sibling(const std::vector<Item>& items, std::size_t index) const {
  const Sequence& sequence = *items[index].sequence;
  for (std::size_t j = 0; j < items.size(); ++j) {
    const Sequence& other = *items[j].sequence;
    if (j != index && items[j].completes && other.tail_ == sequence.tail_ && other.length_ == sequence.length_) return static_cast<int>(j);
  }
  return -1;
}

// True when some other sequence is computing, in this call, more of this prefix than is resident.
// Sets `twin` instead when that sequence has exactly these tokens and gets its logits in this call.
bool Decoder::waits_for_another(const std::vector<Item>& items, std::size_t index, std::int64_t resident,
                                int& twin) const {
  const Item& item = items[index];
  for (std::size_t j = 0; j < items.size(); ++j) {
    const Item& other = items[j];
    if (j == index || other.count == 0) continue;
    const bool same_length = other.sequence->length_ == item.sequence->length_;
    const bool decodes = other.count == 1;
    if (decodes && !same_length) continue;
    if (decodes && other.sequence->at(other.sequence->length_ - 1) != item.tokens.back()) continue;
    const Tokens copied = other.tokens.empty() ? other.sequence->tokens() : Tokens();
    const Tokens& theirs = other.tokens.empty() ? copied : other.tokens;
    if (!may_share_more(item.tokens, theirs, resident)) continue;
    const std::int64_t shared = common_prefix(item.tokens, theirs);
    if (same_length && shared == item.sequence->length_ && other.completes) {
      twin = static_cast<int>(j);
      return false;
    }
    if (!decodes && std::min<std::int64_t>(shared, item.sequence->length_ - 1) > resident) return true;
  }
  return false;
}

// How much of the slot's contents may serve as this sequence's prefix.
std::int64_t Decoder::reusable(const Slot& slot, const Item& item) const {
  std::int64_t shared = std::min(common_prefix(slot.tokens, item.tokens), item.sequence->length_ - 1);
  if (!options_.deterministic) return shared;
  // Only tokens that were computed in the same batch shape as this sequence would use.
  const std::int64_t own_prompt = item.sequence->prompt_length_;
  if (shared >= own_prompt && slot.prompt_length == own_prompt) return shared;
  return block_floor(std::min({shared, own_prompt, slot.prompt_length}));
}

std::pair<int, std::int64_t> Decoder::best_source(const Item& item) const {
  int best = -1;
  std::int64_t best_length = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Tokens& tokens = slots_[i].tokens;
    const auto size = static_cast<std::int64_t>(tokens.size());
    const bool may_be_longer = may_share_more(tokens, item.tokens, best_length);
    // Among equals prefer a slot that can be taken over as it is.
    const bool may_be_taken = best >= 0 && size == best_length && !slots_[i].owned();
    if (!may_be_longer && !may_be_taken) continue;
    const std::int64_t length = reusable(slots_[i], item);
    if (length > best_length || (may_be_taken && length == best_length)) {
      best = static_cast<int>(i);
      best_length = length;
    }
  }
  return {best, best_length};
}

// Gives the item a slot that starts with what best_source() found; false when there is none to give.
bool Decoder::bind(Item& item, std::pair<int, std::int64_t> found, Evaluation& evaluation) {
  const auto [source, shared] = found;
  int target = -1;
  const bool take_over = source >= 0 && !slots_[static_cast<std::size_t>(source)].owned() &&
                         static_cast<std::int64_t>(slots_[static_cast<std::size_t>(source)].tokens.size()) == shared;
  if (take_over) {
    target = source;
  } else if (target = free_slot(source); target < 0) {
    // The only slot to be had is the source itself: its owner gives it up.
    if (source < 0 || slots_[static_cast<std::size_t>(source)].in_call) return false;
    evict(source, shared);
    target = source;
  } else {
    if (source >= 0) {
      if (!context_->copy_prefix(source, target, static_cast<int>(shared)).ok()) return false;
      const Slot& from = slots_[static_cast<std::size_t>(source)];
      Slot& to = slots_[static_cast<std::size_t>(target)];
      to.tokens.assign(from.tokens.begin(), from.tokens.begin() + shared);
      to.prompt_length = std::min(from.prompt_length, shared);
      ++stats_.copies;
    }
  }
  Slot& slot = slots_[static_cast<std::size_t>(target)];
  slot.owner = item.sequence->identity_;
  sync_segments(slot, *item.sequence);
  slot.in_call = true;
  item.sequence->identity_->slot = target;
  item.sequence->intact_ = shared;
  item.slot = target;
  item.begin = static_cast<int>(shared);
  evaluation.reused = static_cast<int>(shared);
  return true;
}

// An empty slot, else one taken from whoever used it longest ago; -1 when this call needs them all.
int Decoder::free_slot(int except) {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].tokens.empty() && !slots_[i].in_call && !slots_[i].owned()) return static_cast<int>(i);
  }
  const int victim = least_recently_used(except);
  if (victim >= 0) evict(victim, 0);
  return victim;
}

// Takes a slot from its owner, if it has one, and keeps the first `length` tokens.
void Decoder::evict(int index, std::int64_t length) {
  Slot& slot = slots_[static_cast<std::size_t>(index)];
  if (auto owner = slot.owner.lock()) owner->slot = -1;
  slot.owner.reset();
  truncate_slot(index, length);
  ++stats_.evictions;
}

// The slot used longest ago that this call does not need, unowned ones first; -1: none.
int Decoder::least_recently_used(int except) const {
  int victim = -1;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.in_call || slot.tokens.empty() || static_cast<int>(i) == except) continue;
    auto rank = [](const Slot& s) { return std::pair(s.owned(), s.last_used); };
    if (victim < 0 || rank(slot) < rank(slots_[static_cast<std::size_t>(victim)])) victim = static_cast<int>(i);
  }
  return victim;
}

// Cells ran short: drops the least recently used prefix that this call does not need.
bool Decoder::make_room() {
  const int victim = least_recently_used(-1);
  if (victim >= 0) evict(victim, 0);
  return victim >= 0;
}

Status Decoder::run(std::vector<Item>& items, std::vector<Evaluation>& done) {
  while (true) {
    const bool any = std::ranges::any_of(items, [](const Item& item) { return item.count > 0; });
    if (!any) return items.empty() ? ok_status() : out_of_memory("no room in the KV cache for any branch");
    const Status status = options_.deterministic ? run_separately(items, done) : run_batch(items, done);
    if (status.ok()) break;
    if (status.kind() != ErrorKind::out_of_memory) return status;
    // Guesses make nobody give way.
    const bool drafted = std::ranges::any_of(items, [](const Item& item) { return !item.draft.empty(); });
    for (auto& item : items) item.draft = {};
    if (drafted || make_room()) continue;
    // Nothing left to evict: the last sequence of the call gives way and is computed again later.
    auto last = std::find_if(items.rbegin(), items.rend(), [](const Item& item) { return item.count > 0; });
    const bool only_one = std::ranges::count_if(items, [](const Item& item) { return item.count > 0; }) == 1;
    if (only_one) return status;
    last->sequence->identity_->slot = -1;
    slots_[static_cast<std::size_t>(last->slot)].in_call = false;
    truncate_slot(last->slot, 0);
    slots_[static_cast<std::size_t>(last->slot)].owner.reset();
    const auto index = static_cast<int>(std::distance(items.begin(), last.base()) - 1);
    for (auto& item : items) {
      if (item.twin == index) item.twin = -1;
    }
    *last = Item{.sequence = last->sequence};
    done[static_cast<std::size_t>(index)] = Evaluation{.gave_way = true};
    ++stats_.evictions;
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].count > 0) commit(items[i], done[i]);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].twin >= 0) done[i].row = done[static_cast<std::size_t>(items[i].twin)].row;
    if (items[i].twin >= 0) done[i].reused = static_cast<int>(items[i].sequence->length_);
  }
  return ok_status();
}

Status Decoder::run_batch(std::vector<Item>& items, std::vector<Evaluation>& done) {
  batch_.clear();
  int row = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Item& item = items[i];
    if (item.count == 0) continue;
    const Tokens pending = item.sequence->tokens_from(item.begin);
    for (int k = 0; k < item.count; ++k) {
      const bool last = item.completes && k == item.count - 1;
      batch_.push_back({pending[static_cast<std::size_t>(k)], item.begin + k, item.slot, last});
    }
    done[i].row = item.completes ? row++ : -1;
    int position = item.begin + item.count;
    for (const TokenId token : item.draft) batch_.push_back({token, position++, item.slot, true});
    row += static_cast<int>(item.draft.size());
  }
  return context_->decode(batch_);
}

Status Decoder::run_separately(std::vector<Item>& items, std::vector<Evaluation>& done) {
  int row = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    Item& item = items[i];
    if (item.count == 0) continue;
    batch_.clear();
    const Tokens pending = item.sequence->tokens_from(item.begin);
    for (int k = 0; k < item.count; ++k) {
      batch_.push_back({pending[static_cast<std::size_t>(k)], item.begin + k, item.slot, item.completes && k == item.count - 1});
    }
    if (Status status = context_->decode(batch_); !status.ok()) {
      // What was computed so far in this call is given back, so that the call can be repeated.
      for (std::size_t j = 0; j < i; ++j) {
        if (items[j].count > 0) (void)context_->truncate(items[j].slot, items[j].begin).ok();
      }
      return status;
    }
    if (!item.completes) continue;
    if (copied_rows_.size() <= static_cast<std::size_t>(row)) {
      copied_rows_.emplace_back();
      copied_hidden_.emplace_back();
    }
    const auto logits = context_->logits(0);
    copied_rows_[static_cast<std::size_t>(row)].assign(logits.begin(), logits.end());
    const auto hidden = context_->hidden(0);
    copied_hidden_[static_cast<std::size_t>(row)].assign(hidden.begin(), hidden.end());
    done[i].row = row++;
  }
  return ok_status();
}

void Decoder::commit(Item& item, Evaluation& evaluation) {
  Sequence& sequence = *item.sequence;
  Slot& slot = slots_[static_cast<std::size_t>(item.slot)];
  assert(static_cast<int>(slot.tokens.size()) == item.begin);
  sequence.copy_from(item.begin, slot.tokens);
  const std::int64_t end = item.begin + item.count;
  slot.tokens.resize(static_cast<std::size_t>(end));
  slot.prompt_length = std::min(sequence.prompt_length_, end);
  slot.last_used = tick_;
  sync_segments(slot, sequence);
  sequence.intact_ = end;
  auto& evaluated = sequence.identity_->evaluated;
  evaluation.begin = item.begin;
  evaluation.computed = item.count;
  evaluation.recomputed = static_cast<int>(std::clamp<std::int64_t>(evaluated - item.begin, 0, item.count));
  evaluated = std::max(evaluated, end);
  slot.tokens.insert(slot.tokens.end(), item.draft.begin(), item.draft.end());
  evaluation.drafted = static_cast<int>(item.draft.size());
  stats_.computed += item.count + evaluation.drafted;
  ++stats_.batches;
}

int Decoder::settle(Sequence& sequence, std::span<const TokenId> draft) {
  const int index = sequence.identity_->slot;
  if (index < 0 || draft.empty()) return 0;
  const auto held = static_cast<std::int64_t>(slots_[static_cast<std::size_t>(index)].tokens.size());
  const std::int64_t begin = held - static_cast<std::int64_t>(draft.size());
  std::int64_t taken = 0;
  // A sequence that was cut below where the draft begins says something else now.
  while (sequence.intact_ >= begin && taken < static_cast<std::int64_t>(draft.size()) && begin + taken < sequence.length_ &&
         sequence.at(begin + taken) == draft[static_cast<std::size_t>(taken)]) {
    ++taken;
  }
  if (taken > 0) sequence.intact_ = begin + taken;
  auto& evaluated = sequence.identity_->evaluated;
  if (taken > 0) evaluated = std::max(evaluated, begin + taken);
  truncate_slot(index, begin + taken);
  return static_cast<int>(taken);
}

// After a backend error nothing about the slots of this call is certain.
void Decoder::forget(std::vector<Item>& items) {
  for (auto& item : items) {
    if (item.slot < 0) continue;
    item.sequence->identity_->slot = -1;
    item.sequence->intact_ = 0;
    Slot& slot = slots_[static_cast<std::size_t>(item.slot)];
    (void)context_->truncate(item.slot, 0).ok();
    slot = Slot{};
  }
}

}  // namespace reckon
