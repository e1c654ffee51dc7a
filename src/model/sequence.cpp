#include "model/sequence.h"

#include <algorithm>
#include <cassert>

namespace reckon {

TokenChunk::~TokenChunk() {
  // Unlink iteratively: a chain can have one chunk per search step, too deep for recursion.
  std::shared_ptr<const TokenChunk> next = std::move(parent);
  while (next != nullptr && next.use_count() == 1) {
    next = std::move(const_cast<TokenChunk&>(*next).parent);
  }
}

SequenceIdentity::SequenceIdentity(std::shared_ptr<std::atomic<std::int64_t>> count) : live(std::move(count)) {
  live->fetch_add(1, std::memory_order_relaxed);
}
SequenceIdentity::~SequenceIdentity() { live->fetch_sub(1, std::memory_order_relaxed); }

Sequence::Sequence(std::shared_ptr<std::atomic<std::int64_t>> live)
    : tail_(std::make_shared<TokenChunk>()), identity_(std::make_shared<SequenceIdentity>(std::move(live))) {}

Sequence Sequence::fork() {
  tail_shared_ = true;
  Sequence other;
  other.tail_ = tail_;
  other.tail_shared_ = true;
  other.length_ = length_;
  other.prompt_length_ = prompt_length_;
  other.identity_ = std::make_shared<SequenceIdentity>(identity_->live);
  other.identity_->evaluated = std::min(identity_->evaluated, length_);
  return other;
}

void Sequence::own_tail() {
  if (!tail_shared_) return;
  auto fresh = std::make_shared<TokenChunk>();
  fresh->start = length_;
  fresh->parent = std::move(tail_);
  tail_ = std::move(fresh);
  tail_shared_ = false;
}

void Sequence::append(TokenId token) {
  own_tail();
  tail_->tokens.push_back(token);
  ++length_;
}

void Sequence::append(std::span<const TokenId> tokens) {
  if (tokens.empty()) return;
  own_tail();
  tail_->tokens.insert(tail_->tokens.end(), tokens.begin(), tokens.end());
  length_ += static_cast<std::int64_t>(tokens.size());
}

void Sequence::truncate(std::int64_t n) {
  assert(n >= 0 && n <= length_);
  if (n == length_) return;
  if (!tail_shared_ && n >= std::max(tail_->start, intact_)) {
    tail_->tokens.resize(static_cast<std::size_t>(n - tail_->start));
  } else {
    // The cut lies in tokens that others share, or that a slot knows by their chunk: drop whole chunks, then copy what is
    // left of the one cut.
    std::shared_ptr<const TokenChunk> chunk = tail_;
    while (chunk->parent != nullptr && chunk->start >= n) chunk = chunk->parent;
    auto fresh = std::make_shared<TokenChunk>();
    fresh->parent = chunk->parent;
    fresh->start = chunk->start;
    fresh->tokens.assign(chunk->tokens.begin(), chunk->tokens.begin() + (n - chunk->start));
    tail_ = std::move(fresh);
    tail_shared_ = false;
  }
  length_ = n;
  intact_ = std::min(intact_, n);
  // What is appended next was never computed.
  if (identity_ != nullptr) identity_->evaluated = std::min(identity_->evaluated, n);
  prompt_length_ = std::min(prompt_length_, n);
}

void Sequence::copy_from(std::int64_t begin, Tokens& out) const {
  const std::size_t base = out.size();
  out.resize(base + static_cast<std::size_t>(std::max<std::int64_t>(0, length_ - begin)));
  std::int64_t end = length_;
  for (const TokenChunk* chunk = tail_.get(); chunk != nullptr && end > begin; chunk = chunk->parent.get()) {
    if (chunk->start >= end) continue;
    const std::int64_t from = std::max(chunk->start, begin);
    std::copy(chunk->tokens.begin() + (from - chunk->start), chunk->tokens.begin() + (end - chunk->start),
              out.begin() + static_cast<std::ptrdiff_t>(base) + (from - begin));
    end = from;
  }
}

Tokens Sequence::tokens_from(std::int64_t begin) const {
  Tokens out;
  copy_from(begin, out);
  return out;
}

TokenId Sequence::at(std::int64_t position) const {
  const TokenChunk* chunk = tail_.get();
  while (chunk->start > position) chunk = chunk->parent.get();
  return chunk->tokens[static_cast<std::size_t>(position - chunk->start)];
}

}  // namespace reckon
