// The Decoder: evaluates Sequences in batches over one KV cache.
//
// A Sequence is only a token prefix; the Decoder decides which prefixes are resident. Before it
// computes a token it looks for the longest resident prefix, whoever left it there, and shares it;
// when slots or cells run short it evicts what was used longest ago and computes it again when it is
// wanted. More branches than the cache holds is therefore slow, never wrong.
//
// Two sequences with the same tokens in one call share one row of logits (a prompt of n tokens that
// 32 samples start from costs n tokens, not n + 31). A sequence whose prefix is just being computed
// for another one waits for it instead of computing it twice.
//
// Threading: evaluate() and logits() belong to one thread (the engine's decode thread); create() and
// live_sequences() are thread-safe. Cost per call beside the model: O(slots + batch), plus
// O(slots x length) comparisons for each sequence that is not resident.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/status.h"
#include "model/kv_context.h"
#include "model/sequence.h"

namespace reckon {

struct DecoderOptions {
  int chunk_tokens = 512;  // most new tokens in one call, so that prefill does not stall decodes
  // Every token is computed in a batch whose shape depends only on its own sequence, so that results
  // are bit-identical whatever runs beside it. Slower; docs/decisions/0003.
  bool deterministic = false;
};

// What one evaluate() call did for one sequence.
struct Evaluation {
  int row = -1;          // index for logits(); -1: not there yet, call again
  int begin = 0;         // position of the first token computed in this call
  int computed = 0;      // tokens computed in this call
  int recomputed = 0;    // of these: computed before and evicted since
  int reused = 0;        // tokens found resident when the sequence was (re)bound, in this call
  int drafted = 0;       // draft tokens computed in this call; rows follow for them, one each
  bool gave_way = false;  // cells were short: nothing of it is resident until something else ends
  bool ready() const { return row >= 0; }
};

struct DecoderStats {
  std::int64_t computed = 0;    // tokens the backend computed
  std::int64_t batches = 0;
  std::int64_t evictions = 0;   // prefixes dropped to make room
  std::int64_t copies = 0;      // prefixes shared into another slot
  int peak_cells = 0;           // upper bound of cells held at once
};

class Decoder {
 public:
  Decoder(std::unique_ptr<KvContext> context, DecoderOptions options);

  Sequence create() const { return Sequence(live_); }
  std::int64_t live_sequences() const { return live_->load(std::memory_order_relaxed); }
  const KvLimits& limits() const { return context_->limits(); }

  // Brings each sequence towards having logits after its last token. Sequences must be distinct and
  // non-empty. Sequences earlier in the list go first when tokens or slots are short; at least one
  // makes progress unless an error is returned. Errors: out_of_memory when not even the first
  // sequence fits alone, or whatever the backend reports (then nothing stays resident of them).
  //
  // drafts: none, or for each sequence tokens that may come next. Where there is room they are computed with it,
  // and `row` + i has the logits after the i-th of them; never in deterministic mode. They are not part of the
  // sequence: settle() must be called before the next evaluate(), or before the sequence is given away.
  Result<std::vector<Evaluation>> evaluate(std::span<Sequence* const> sequences, Outputs outputs = Outputs::logits,
                                           std::span<const std::span<const TokenId>> drafts = {});
  // Keeps of the computed draft what the sequence has taken since; drops the rest. Returns how many were taken.
  int settle(Sequence& sequence, std::span<const TokenId> draft);

  // Valid until the next evaluate().
  std::span<const float> logits(int row) const;
  std::span<const float> hidden(int row) const;

  // Forgets every resident prefix that no live sequence owns.
  void drop_unowned();
  const DecoderStats& stats() const { return stats_; }
  bool can_draft() const { return !options_.deterministic; }

 private:
  struct Segment {
    std::weak_ptr<const TokenChunk> chunk;
    std::int64_t end = 0;
    bool is(const std::shared_ptr<const TokenChunk>& other) const { return !chunk.owner_before(other) && !other.owner_before(chunk); }
  };
  struct Slot {
    Tokens tokens;                         // what the cache holds
    std::weak_ptr<SequenceIdentity> owner;
    // Which chunks the tokens came from; those alive are wanted. It may name more than there are tokens: what it says
    // is kept when a slot is cleared, so that the next path to come needs only its last chunks named.
    std::vector<Segment> segments;
    std::int64_t prompt_length = 0;
    std::int64_t last_used = 0;
    bool in_call = false;
    bool owned() const { return !owner.expired(); }
    bool holds(const std::shared_ptr<const TokenChunk>& chunk) const;
  };
  struct Item {
    Sequence* sequence = nullptr;
    Tokens tokens;       // all of it, for sequences that are not resident
    int slot = -1;
    int begin = 0;       // first token to compute
    int count = 0;       // tokens to compute in this call
    std::span<const TokenId> draft = {};  // computed after them
    int twin = -1;       // index of the item whose row it shares
    bool completes = false;
  };

  void collect_garbage();
  void truncate_slot(int slot, std::int64_t length);
  void sync_segments(Slot& slot, const Sequence& sequence);
  void plan_resident(Item& item, int& room);
  void plan_absent(std::vector<Item>& items, std::size_t index, int& room, std::vector<Evaluation>& done);
  bool waits_for_another(const std::vector<Item>& items, std::size_t index, std::int64_t resident, int& twin) const;
  std::pair<int, std::int64_t> best_source(const Item& item) const;
  std::pair<int, std::int64_t> resident_parent(const Sequence& sequence) const;
  int sibling(const std::vector<Item>& items, std::size_t index) const;
  std::int64_t reusable(const Slot& slot, const Item& item) const;
  bool bind(Item& item, std::pair<int, std::int64_t> found, Evaluation& evaluation);
  int free_slot(int except);
  int least_recently_used(int except) const;
  void evict(int index, std::int64_t length);
  void plan_count(Item& item, int& room);
  void plan_drafts(std::vector<Item>& items, std::span<const std::span<const TokenId>> drafts, int room) const;
  Status run(std::vector<Item>& items, std::vector<Evaluation>& done);
  Status run_batch(std::vector<Item>& items, std::vector<Evaluation>& done);
  Status run_separately(std::vector<Item>& items, std::vector<Evaluation>& done);
  bool make_room();
  void commit(Item& item, Evaluation& evaluation);
  void forget(std::vector<Item>& items);

  std::unique_ptr<KvContext> context_;
  DecoderOptions options_;
  std::shared_ptr<std::atomic<std::int64_t>> live_;
  std::vector<Slot> slots_;
  std::vector<std::vector<float>> copied_rows_;  // deterministic mode: rows outlive later decodes
  std::vector<std::vector<float>> copied_hidden_;
  std::vector<BatchToken> batch_;
  DecoderStats stats_;
  std::int64_t tick_ = 0;
};

}  // namespace reckon
