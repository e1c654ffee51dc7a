// A Sequence: a move-only handle to a token prefix. Forking is logical and O(1): both sides share
// the tokens so far through a chain of immutable chunks. A Sequence always knows its tokens; whether
// their keys and values are in a KV cache is a matter of the Decoder that evaluates it.
//
// Threading: a Sequence belongs to one thread at a time, but forks of one Sequence may live on
// different threads, and any thread may destroy one. Cost: fork, append and destruction are O(1)
// (destruction of the last owner of a chain is O(chunks)); tokens() is O(length).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "model/token.h"

namespace reckon {

// Immutable once shared. `start` is the position of its first token.
struct TokenChunk {
  std::shared_ptr<const TokenChunk> parent;
  std::int64_t start = 0;
  Tokens tokens;
  std::int64_t end() const { return start + static_cast<std::int64_t>(tokens.size()); }
  ~TokenChunk();
};

// Shared between a Sequence and the Decoder's slot that holds its keys and values. The slot keeps a
// weak reference: when the Sequence dies, the slot is free to reuse.
struct SequenceIdentity {
  explicit SequenceIdentity(std::shared_ptr<std::atomic<std::int64_t>> live);
  ~SequenceIdentity();
  SequenceIdentity(const SequenceIdentity&) = delete;
  SequenceIdentity& operator=(const SequenceIdentity&) = delete;

  int slot = -1;                  // written by the Decoder's thread only
  std::int64_t evaluated = 0;     // most tokens of it that were ever computed: the rest is new work
  std::shared_ptr<std::atomic<std::int64_t>> live;  // count of live sequences, for leak checks
};

class Sequence {
 public:
  Sequence() = default;  // a placeholder: may only be assigned to or destroyed
  // An empty sequence, counted in `live` until it is destroyed.
  explicit Sequence(std::shared_ptr<std::atomic<std::int64_t>> live);
  Sequence(Sequence&&) = default;
  Sequence& operator=(Sequence&&) = default;

  Sequence fork();
  void append(TokenId token);
  void append(std::span<const TokenId> tokens);
  // Keeps the first n tokens, n <= length(). O(chunks cut).
  void truncate(std::int64_t n);

  std::int64_t length() const { return length_; }
  Tokens tokens() const { return tokens_from(0); }
  Tokens tokens_from(std::int64_t begin) const;
  void copy_from(std::int64_t begin, Tokens& out) const;  // appends to `out`
  TokenId at(std::int64_t position) const;

  // Marks everything so far as prompt: the part computed in blocks in deterministic mode, and the
  // part whose KV is kept for later runs.
  void mark_prompt() { prompt_length_ = length_; }
  std::int64_t prompt_length() const { return prompt_length_; }

 private:
  friend class Decoder;
  void own_tail();

  std::shared_ptr<TokenChunk> tail_;  // written only while this sequence is its sole owner
  bool tail_shared_ = false;
  std::int64_t length_ = 0;
  std::int64_t prompt_length_ = 0;
  std::int64_t intact_ = 0;  // tokens unchanged since the Decoder last looked
  std::shared_ptr<SequenceIdentity> identity_;
};

}  // namespace reckon
