//! The keys that sign access tokens.

use std::collections::HashMap;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};

use crate::db::UtcTimestamp;
use crate::error::{Error, Result};

/// A key pair for EdDSA over Ed25519, with the moment it begins to sign.
pub struct SigningKey {
    /// Its name in the header of tokens and in the JWKS.
    pub kid: String,
    /// The public key, 32 bytes.
    pub public_key: Vec<u8>,
    /// The private key, PKCS#8; stored only encrypted.
    pub private_key: Vec<u8>,
    /// From when it signs; until then it is only published.
    pub active_from: UtcTimestamp,
}

impl SigningKey {
    /// A new key, named by the digest of its public part.
    ///
    /// # Errors
    /// When the generator fails.
    pub fn generate(active_from: UtcTimestamp) -> Result<Self> {
        let pair = Ed25519KeyPair::generate().map_err(Error::internal)?;
        let private = pair.to_pkcs8v1().map_err(Error::internal)?;
        let public_key = pair.public_key().as_ref().to_vec();
        let kid = crate::vault::hex(&crate::vault::sha256(&[&public_key])[..8]);
        Ok(Self {
            kid,
            public_key,
            private_key: private.as_ref().to_vec(),
            active_from,
        })
    }
}

/// All keys that verify, and the one that signs.
pub struct Keys {
    verifying: HashMap<String, (DecodingKey, Vec<u8>)>,
    signing: Option<(String, EncodingKey)>,
}

impl Keys {
    /// Arranges keys at a moment: the youngest active one signs, all verify.
    pub fn arrange(keys: &[SigningKey], now: UtcTimestamp) -> Self {
        let signing = keys
            .iter()
            .filter(|key| key.active_from <= now)
            .max_by_key(|key| key.active_from)
            .map(|key| (key.kid.clone(), EncodingKey::from_ed_der(&key.private_key)));
        let verifying = keys
            .iter()
            .map(|key| {
                let decoding = DecodingKey::from_ed_der(&key.public_key);
                (key.kid.clone(), (decoding, key.public_key.clone()))
            })
            .collect();
        Self { verifying, signing }
    }

    /// The key of this name.
    pub fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.verifying.get(kid).map(|(key, _)| key)
    }

    /// The key that signs now.
    pub fn signing(&self) -> Option<(&str, &EncodingKey)> {
        self.signing.as_ref().map(|(kid, key)| (kid.as_str(), key))
    }

    /// Whether the same keys verify and the same one signs.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let signs = |keys: &Self| keys.signing.as_ref().map(|(kid, _)| kid.clone());
        self.verifying.len() == other.verifying.len()
            && self
                .verifying
                .keys()
                .all(|kid| other.verifying.contains_key(kid))
            && signs(self) == signs(other)
    }

    /// The public keys as a JWK set (RFC 7517, RFC 8037).
    pub fn to_jwks(&self) -> serde_json::Value {
        let mut kids: Vec<_> = self.verifying.iter().collect();
        kids.sort_by_key(|(kid, _)| kid.as_str());
        let keys: Vec<_> = kids
            .into_iter()
            .map(|(kid, (_, public))| {
                serde_json::json!({
                    "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid,
                    "x": URL_SAFE_NO_PAD.encode(public),
                })
            })
            .collect();
        serde_json::json!({ "keys": keys })
    }
}
