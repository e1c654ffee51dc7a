#include "apps/models/digest.h"

#include <openssl/evp.h>

#include <array>
#include <vector>

#include "apps/models/file.h"

namespace reckon::models {

void Sha256::Release::operator()(void* context) const { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ && EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()), EVP_sha256(), nullptr) != 1) context_.reset();
}

Status Sha256::update(std::span<const std::byte> bytes) {
  if (!context_ || EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size()) != 1) {
    return internal_error("OpenSSL cannot compute SHA-256");
  }
  return ok_status();
}

Result<std::string> Sha256::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned int length = 0;
  if (!context_ || EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_.get()), digest.data(), &length) != 1) {
    return internal_error("OpenSSL cannot compute SHA-256");
  }
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += "0123456789abcdef"[digest[i] >> 4];
    text += "0123456789abcdef"[digest[i] & 15];
  }
  return text;
}

Result<std::string> sha256_of_file(const std::filesystem::path& path, const ReadProgress& progress) {
  RECKON_ASSIGN_OR_RETURN(File file, File::open_for_reading(path));
  Sha256 sha;
  std::vector<std::byte> buffer(1 << 20);
  std::int64_t total = 0;
  while (true) {
    RECKON_ASSIGN_OR_RETURN(std::size_t count, file.read(buffer));
    if (count == 0) break;
    RECKON_RETURN_IF_ERROR(sha.update(std::span(buffer).first(count)));
    total += static_cast<std::int64_t>(count);
    if (progress) RECKON_RETURN_IF_ERROR(progress(total));
  }
  return sha.finish();
}

}  // namespace reckon::models
