//! Where a request comes from: the address of the connection or, behind proxies the operator trusts, the one they name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use ipnet::IpNet;

/// A caller's network: an address of IPv4, or the /64 of IPv6 that one household or office has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    pub fn from_address(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Self(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
        }
    }

    /// Where nothing is known of the connection.
    pub const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));

    /// Its bytes, for a digest.
    pub fn bytes(self) -> Vec<u8> {
        match self.0 {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(address) => write!(f, "{address}"),
            IpAddr::V6(address) => write!(f, "{address}/64"),
        }
    }
}

/// The proxies whose word is taken for where a request came from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Vec<IpNet>);

/// Proxies in a row that are followed.
const MOST_HOPS: usize = 32;

impl TrustedProxies {
    /// Reads addresses and networks (CIDR), separated by commas or blanks.
    ///
    /// # Errors
    /// The first that is neither.
    pub fn parse(text: &str) -> Result<Self, String> {
        let one = |word: &str| {
            let net = word.parse::<IpNet>().ok();
            let address = || word.parse::<IpAddr>().ok().map(IpNet::from);
            net.or_else(address).ok_or_else(|| word.to_owned())
        };
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(one).collect::<Result<_, _>>().map(Self)
    }

    /// The network a request came from: of the addresses that `Forwarded` (RFC 7239) or `X-Forwarded-For` name, the rightmost
    /// that is no trusted proxy. Where the two headers are at odds one of them is the caller's own, and neither is believed.
    pub fn network(&self, peer: IpAddr, headers: &HeaderMap) -> Network {
        let peer = peer.to_canonical();
        if !self.has(peer) {
            return Network::from_address(peer);
        }
        let forwarded = values(headers, &FORWARDED).map(|text| forwarded_for(&text));
        let plain = values(headers, &X_FORWARDED_FOR).map(|text| {
            let hops = text.split(',');
            hops.map(|hop| address(hop.trim())).collect()
        });
        let follow = |hops: Vec<Option<IpAddr>>| self.follow(peer, &hops);
        match (forwarded.map(follow), plain.map(follow)) {
            (Some(one), Some(other)) if one != other => Network::from_address(peer),
            (Some(caller), _) | (None, Some(caller)) => Network::from_address(caller),
            (None, None) => Network::from_address(peer),
        }
    }

    /// Whether a request names another origin though its peer is no trusted proxy.
    pub fn is_overlooked(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let named = headers.contains_key(FORWARDED) || headers.contains_key(X_FORWARDED_FOR);
        named && !self.has(peer.to_canonical())
    }

    /// Whether an address is that of a trusted proxy.
    pub fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&address))
    }

    fn follow(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> IpAddr {
        let mut nearest = peer;
        for hop in hops.iter().rev().take(MOST_HOPS) {
            // What a trusted proxy cannot name is as far as we can see.
            let Some(hop) = hop else { break };
            nearest = *hop;
            if !self.has(nearest) {
                break;
            }
        }
        nearest
    }
}

/// The values of a header that may stand several times, as one; none where it is absent.
fn values(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let texts: Vec<&str> = headers
        .get_all(name)
        .map(|value| value.to_str().unwrap_or("?"))
        .collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

/// The addresses after `for=` in each element of `Forwarded`.
fn forwarded_for(text: &str) -> Vec<Option<IpAddr>> {
    split(text, ',')
        .into_iter()
        .map(|element| {
            split(element, ';').into_iter().find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                let value = value.trim().trim_matches('"');
                let is_for = name.trim().eq_ignore_ascii_case("for");
                is_for.then(|| address(value)).flatten()
            })
        })
        .collect()
}

/// Splits at a character that stands in no quoted string.
fn split(text: &str, at: char) -> Vec<&str> {
    let mut is_quoted = false;
    text.split(|c| {
        is_quoted ^= c == '"';
        c == at && !is_quoted
    })
    .collect()
}

/// An address, with a port or without, of IPv6 in brackets or without.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let alone = bare.unwrap_or(text).parse::<IpAddr>().ok();
    let with_port = || text.parse::<SocketAddr>().ok().map(|socket| socket.ip());
    alone
        .or_else(with_port)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn seen(peer: &str, lines: &[(&'static str, &str)]) -> String {
        let proxies = TrustedProxies::parse("10.0.0.0/8, 127.0.0.1 2001:db8::/32").unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            let value = HeaderValue::from_str(value).unwrap();
            headers.append(HeaderName::from_static(name), value);
        }
        let peer = peer.parse().unwrap();
        proxies.network(peer, &headers).to_string()
    }

    const XFF: &str = "x-forwarded-for";

    #[test]
    fn the_rightmost_address_that_is_no_trusted_proxy_is_the_callers() {
        let chain = "6.6.6.6, 198.51.100.7, 10.1.1.1";
        assert_eq!(seen("127.0.0.1", &[(XFF, chain)]), "198.51.100.7");
        assert_eq!(seen("::ffff:127.0.0.1", &[(XFF, chain)]), "198.51.100.7");
        let lines = [
            (XFF, "6.6.6.6"),
            (XFF, "198.51.100.7:4711"),
            (XFF, "10.1.1.1"),
        ];
        assert_eq!(seen("127.0.0.1", &lines), "198.51.100.7");
        let rfc =
            "for=6.6.6.6;by=\"a,b\", for=\"[2001:4860:1:2:3::4]:80\";proto=https, For=10.1.1.1";
        assert_eq!(
            seen("10.2.2.2", &[("forwarded", rfc)]),
            "2001:4860:1:2::/64"
        );
        assert_eq!(seen("10.2.2.2", &[(XFF, "10.1.1.1, 10.1.1.2")]), "10.1.1.1");
    }

    #[test]
    fn nobody_but_a_trusted_proxy_names_another_origin() {
        assert_eq!(
            seen("198.51.100.9", &[(XFF, "198.51.100.7")]),
            "198.51.100.9"
        );
        assert_eq!(seen("127.0.0.1", &[]), "127.0.0.1");
        for unknown in ["unknown", "_hidden", "", "6.6.6.6, nonsense"] {
            assert_eq!(
                seen("127.0.0.1", &[(XFF, unknown)]),
                "127.0.0.1",
                "{unknown}"
            );
        }
        assert_eq!(
            seen("127.0.0.1", &[("forwarded", "for=unknown")]),
            "127.0.0.1"
        );
        // A proxy that writes one of the two hands the other on as the caller sent it.
        let odds = [("forwarded", "for=198.51.100.7"), (XFF, "198.51.100.8")];
        assert_eq!(seen("127.0.0.1", &odds), "127.0.0.1");
        let even = [("forwarded", "for=198.51.100.7"), (XFF, "198.51.100.7")];
        assert_eq!(seen("127.0.0.1", &even), "198.51.100.7");
    }

    #[test]
    fn what_is_neither_address_nor_network_is_named() {
        assert_eq!(TrustedProxies::parse(""), Ok(TrustedProxies::default()));
        assert_eq!(
            TrustedProxies::parse("10.0.0.0/8 nginx"),
            Err("nginx".to_owned())
        );
        assert_eq!(
            TrustedProxies::parse("10.0.0.0/33"),
            Err("10.0.0.0/33".to_owned())
        );
    }
}
