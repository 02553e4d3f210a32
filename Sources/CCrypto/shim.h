// HMAC_CTX_copy is deprecated in OpenSSL 3; asking for the 1.1.1 API keeps it without a warning.
#define OPENSSL_API_COMPAT 0x10101000L
#include <openssl/evp.h>
#include <openssl/hmac.h>
