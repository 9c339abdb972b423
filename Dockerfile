# Straightwire in a container. The TAP is made in the container's network namespace, so share the host's to be reached:
#
#   docker build -t straightwire .
#   docker run --rm --network host --device /dev/net/tun --cap-add NET_ADMIN -v "$PWD/content:/content:ro" straightwire
#
# It needs no other privilege (add --cap-drop ALL), and nothing from the host but /dev/net/tun. The packet link takes
# --cap-add NET_RAW besides, xdp BPF too; what is missing is named in the error. All capabilities are gone before the
# first frame is served. Landlock and seccomp work in a container as outside.
#
# libpcap is not in it, which --link pcap needs: the packet link does the same there, and more.

# The SDK runs on the builder's processor, and makes the file for the image's (docker build --platform ...).
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
RUN dotnet publish Appliance -c Release -p:PublishProfile=SingleFile -a $TARGETARCH -o /publish

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
# A user without root would have CAP_NET_ADMIN only in its bounding set, where it has no effect.
USER root
COPY --from=build /publish /opt/straightwire
COPY content /content
ENTRYPOINT ["/opt/straightwire/straightwire"]
CMD ["serve", "/content"]
